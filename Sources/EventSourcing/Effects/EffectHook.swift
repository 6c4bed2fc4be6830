import Actors

/// What comes after a primary effect, once what it persists is durable.
enum EffectHook<State: Sendable>: Sendable {
    case run(@Sendable (State) async throws -> Void)
    case reply(target: ActorPath, make: @Sendable (State) -> PreparedReply)
    case stop
    case unstashAll

    /// The reply that a state gives, nil for all but a reply.
    func reply(on state: State) -> PreparedReply? {
        if case .reply(_, let make) = self { make(state) } else { nil }
    }
}
