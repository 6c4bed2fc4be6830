public import EventSourcing

/// A stream's state after one of its events, and how it was found.
public struct StateView: Hashable, Sendable {
    /// The number of the last event that is in the state; 0 for the empty state.
    public var sequenceNumber: Int64
    /// The state as a tree; the last good one where the fold stopped early.
    public var tree: JSONValue
    /// What the event at `sequenceNumber` changed.
    public var changes: [StateChange]
    /// What folding began with.
    public var source: Source
    /// How many events were folded from there.
    public var foldedEvents: Int
    /// How long that took, in microseconds.
    public var microseconds: Int64
    /// Where and why the fold stopped early; nil for a state that is whole.
    public var problem: Problem?

    /// What a fold began with.
    public enum Source: Hashable, Sendable {
        case emptyState
        case snapshot(sequenceNumber: Int64)
        case keyframe(sequenceNumber: Int64)
    }

    /// An event that did not fold.
    public struct Problem: Hashable, Sendable {
        /// Its number.
        public var sequenceNumber: Int64
        /// A sentence that says why.
        public var reason: String

        /// Describes a fold that stopped.
        public init(sequenceNumber: Int64, reason: String) {
            self.sequenceNumber = sequenceNumber
            self.reason = reason
        }
    }

    /// Describes a state.
    public init(
        sequenceNumber: Int64, tree: JSONValue, changes: [StateChange], source: Source, foldedEvents: Int,
        microseconds: Int64 = 0, problem: Problem? = nil
    ) {
        self.sequenceNumber = sequenceNumber
        self.tree = tree
        self.changes = changes
        self.source = source
        self.foldedEvents = foldedEvents
        self.microseconds = microseconds
        self.problem = problem
    }
}

/// One value that differs between two states.
public struct StateChange: Hashable, Sendable {
    /// Whether the value came, went or became another.
    public enum Kind: Hashable, Sendable {
        case added
        case changed
        case removed
    }

    /// Where the value stands; for a removed one, where it stood.
    public var path: StatePath
    /// What happened to it.
    public var kind: Kind
    /// What it was; nil for an added one.
    public var before: JSONValue?
    /// What it is; nil for a removed one.
    public var after: JSONValue?
    /// The event that had set `before`, where that is known.
    public var beforeSetBy: Int64?

    /// Describes a difference.
    public init(
        path: StatePath, kind: Kind, before: JSONValue? = nil, after: JSONValue? = nil, beforeSetBy: Int64? = nil
    ) {
        self.path = path
        self.kind = kind
        self.before = before
        self.after = after
        self.beforeSetBy = beforeSetBy
    }
}

/// The event that last set a value, at or before some number.
public struct ValueSetter: Hashable, Sendable {
    /// The value's place.
    public var path: StatePath
    /// The event after which the value differs from before; nil when no event ever set it.
    public var sequenceNumber: Int64?
    /// The value before that event, nil where there was none.
    public var before: JSONValue?
    /// The value after it, nil where it was removed.
    public var after: JSONValue?
    /// Where nothing was found: the number up to which nothing is known, because events were deleted or don't fold.
    public var unknownThrough: Int64

    /// Describes an answer.
    public init(
        path: StatePath, sequenceNumber: Int64?, before: JSONValue? = nil, after: JSONValue? = nil,
        unknownThrough: Int64 = 0
    ) {
        self.path = path
        self.sequenceNumber = sequenceNumber
        self.before = before
        self.after = after
        self.unknownThrough = unknownThrough
    }
}
