public import EventSourcing

/// Where a reaction writes to: the stream whose subscription keeps its place, and which streams feed it.
public struct Target: Hashable, Sendable {
    /// The stream that the reaction writes to, or another name under which its events are handled one after the other.
    public var stream: PersistenceID
    /// Which streams feed it; nil for all.
    public var source: StreamPattern?

    /// Names a target.
    public init(_ stream: PersistenceID, from source: StreamPattern? = nil) {
        self.stream = stream
        self.source = source
    }

    /// A stream, fed by all streams unless a pattern says which.
    public static func stream(_ id: PersistenceID, from source: StreamPattern? = nil) -> Target {
        Target(id, from: source)
    }
}

/// How a reaction finds the target of an event.
enum TargetRule: Sendable {
    /// One stream for all events.
    case one(PersistenceID)
    /// The event's own stream.
    case own
    /// A stream that is computed of the event; nil for none.
    case computed(@Sendable (HeardEvent) throws -> Target?)
}
