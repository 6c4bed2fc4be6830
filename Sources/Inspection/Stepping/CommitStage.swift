public import EventSourcing

/// A stage of a commit that is looked at one by one, with what it works on; the engine's order.
public enum CommitStage: Hashable, Sendable {
    /// The command handler decided these events; nothing is written.
    case decide([Event])
    /// They were folded on a copy of the state; nil where that state is not the one that was looked at before.
    case foldDry([StateChange]?)
    /// They are about to be appended.
    case append(count: Int, expecting: Int64?, epoch: Int64?)
    /// They are durable; state and number move on.
    case advance(AppendReceipt, epochBefore: Int64?)
    /// A snapshot is about to be saved.
    case snapshot(SnapshotDescription)
    /// Snapshots up to a number are about to be deleted.
    case deleteSnapshots(upTo: Int64)
    /// Events up to a number are about to be deleted.
    case deleteEvents(upTo: Int64)

    /// An event that was decided.
    public struct Event: Hashable, Sendable {
        /// Its logical name.
        public var type: String
        /// The payload in one short line.
        public var summary: String

        /// Describes an event.
        public init(type: String, summary: String) {
            self.type = type
            self.summary = summary
        }
    }

    /// Whether the command can still be stopped with nothing written.
    public var isBeforeAppend: Bool {
        switch self {
        case .decide, .foldDry, .append: true
        case .advance, .snapshot, .deleteSnapshots, .deleteEvents: false
        }
    }
}

/// What a person wants of a command that waits at a stage.
public enum StepWish: Hashable, Sendable {
    /// The next stage.
    case goOn
    /// All stages that are left, without waiting.
    case runOn
    /// Nothing more: nothing is written.
    case stop
}
