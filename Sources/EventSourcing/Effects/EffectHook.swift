/// What comes after a primary effect, once what it persists is durable.
@usableFromInline
enum EffectHook<State: Sendable>: Sendable {
    case run(@Sendable (State) async throws -> Void)
    case reply(@Sendable (State) -> any PreparedReply)
    /// A reply that does not depend on the state.
    case ready(any PreparedReply)
    /// A reply that is kept with the command's id, and that a `run` sends in a fuller form.
    case keep(any PreparedReply)
    case stop
    case unstashAll

    /// The hook for one state, so that the state's type need not be known any more.
    ///
    /// Replies are pure, so they are computed here, before anything is written.
    @inlinable
    func bound(to state: State) -> BoundHook {
        switch self {
        case .run(let body): .run { try await body(state) }
        case .reply(let make): .reply(make(state))
        case .ready(let reply): .reply(reply)
        case .keep(let reply): .keep(reply)
        case .stop: .stop
        case .unstashAll: .unstashAll
        }
    }
}

/// A hook that has its state.
@usableFromInline
enum BoundHook: Sendable {
    case run(@Sendable () async throws -> Void)
    case reply(any PreparedReply)
    case keep(any PreparedReply)
    case stop
    case unstashAll
}
