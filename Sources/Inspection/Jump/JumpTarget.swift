/// What a jump along a stream looks for.
public enum JumpTarget: Hashable, Sendable {
    /// An event after which a snapshot was taken.
    case snapshot
    /// The next event that another writer wrote than the one before it.
    case otherWriter
    /// The next event of the writer of the event under the playhead.
    case sameWriter
    /// The next event of the type of the event under the playhead.
    case sameType
    /// The next event that changes the value at this place.
    case valueChange(StatePath)
    /// The next event with a finding.
    case finding
}

/// Where a jump comes down.
public struct JumpAnswer: Hashable, Sendable {
    /// The event it comes down at, the farthest one where there are fewer than were asked for; nil where there is none.
    public var sequenceNumber: Int64?
    /// Why it goes nowhere, or less far than asked, as in `no later snapshot (of 3)`; nil where all is as asked.
    public var note: String?

    /// Describes an answer.
    public init(sequenceNumber: Int64?, note: String? = nil) {
        self.sequenceNumber = sequenceNumber
        self.note = note
    }
}
