public import EventSourcing

/// Keeps states of aggregates, so that the next action need not read their history.
///
/// It is never trusted alone: what is decided of a cached state is written against its sequence number, and what is not
/// written is decided only where the stream still stands there. One that throws is a warning, and as good as empty.
public protocol StateCache: Sendable {
    /// What is kept of a stream; nil for nothing.
    func get(_ stream: PersistenceID) async throws -> CachedState?

    /// Keeps a state, in place of what was kept of its stream.
    func set(_ state: CachedState, of stream: PersistenceID) async throws

    /// Forgets a stream; nothing happens where nothing is kept of it.
    func invalidate(_ stream: PersistenceID) async throws

    /// Forgets everything.
    func clear() async throws

    /// Lets go of what it holds; the application calls it when it shuts down, and a second call does nothing.
    func dispose() async throws
}

/// A state as it was read or written last.
public struct CachedState: Sendable {
    /// The state, of the aggregate's own type.
    public var state: any Sendable
    /// The number of the last event in it.
    public var sequenceNumber: Int64
    /// That event's place in the whole store; 0 where it is not known.
    public var position: Int64
    /// The number of the newest snapshot that is known to be there; 0 for none.
    public var lastSnapshot: Int64

    /// Describes a state.
    public init(_ state: any Sendable, sequenceNumber: Int64, position: Int64 = 0, lastSnapshot: Int64 = 0) {
        self.state = state
        self.sequenceNumber = sequenceNumber
        self.position = position
        self.lastSnapshot = lastSnapshot
    }
}
