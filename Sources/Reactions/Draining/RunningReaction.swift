public import EventSourcing

/// A reaction that is being handled at this moment.
public struct RunningReaction: Hashable, Sendable {
    /// Its name.
    public var reaction: String
    /// The target of the subscription under whose claim it runs.
    public var target: PersistenceID
    /// The event's place in the store.
    public var position: Int64
    /// When it was called: UTC, microseconds.
    public var since: Timestamp
}
