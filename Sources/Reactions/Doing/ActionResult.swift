public import EventSourcing

/// What an action came to.
public struct ActionResult<State: Sendable>: Sendable {
    /// One event that was written, and the state behind it.
    public struct Outcome: Sendable {
        /// The event.
        public var event: any Sendable
        /// Its type's logical name, as stored.
        public var type: String
        /// Its number in the stream.
        public var sequenceNumber: Int64
        /// Its place in the whole store.
        public var position: Int64
        /// The state with it, and without those behind it.
        public var state: State
    }

    /// The stream.
    public var stream: PersistenceID
    /// The state behind all that was written; where nothing was, the state in which that was decided.
    public var state: State
    /// The number of the last event in the state.
    public var sequenceNumber: Int64
    /// What was written, one for each event in their order; none where nothing was.
    public var outcomes: [Outcome]
    /// Whether the action was done before, by an earlier call of the same reaction, so that nothing was written now.
    public var wasDoneBefore: Bool
}

/// A state that was read, and where its stream stood then.
public struct LoadedState<State: Sendable>: Sendable {
    /// The stream.
    public var stream: PersistenceID
    /// The state; that before the first event for a stream that is not there.
    public var state: State
    /// The number of the last event in the state; 0 for none.
    public var sequenceNumber: Int64
}
