import Actors

/// What is left of an effect once what it persists is durable: its own doing, and its hooks in their order.
struct EffectEnding<State: Sendable>: Sendable {
    /// What the effect itself still does.
    enum Primary: Sendable {
        case done
        case reply(PreparedReply?)
        case stash
        case stop
        case unhandled
    }

    let primary: Primary
    let hooks: [EffectHook<State>]
    /// The replies of the hooks, each at the place of its hook; computed before anything was durable.
    let replies: [PreparedReply?]

    /// Does it, and says how the actor goes on; throws what a hook threw, which is for supervision.
    func run<Command: Sendable>(
        on state: State, in context: ActorContext<Command>
    ) async throws -> Behavior<Command> {
        var (isStop, isStashed) = (false, true)
        switch primary {
        case .done: break
        case .reply(let reply): reply?.send()
        case .stop: isStop = true
        case .unhandled: context.unhandled()
        case .stash:
            do {
                try context.stash()
            } catch {
                // The command is a dead letter and its asker is told; those in the stash must not suffer for it. What the
                // hooks say of the stash and of the entity holds all the same: it may be what empties the stash.
                context.log(.warning, "\(error)")
                isStashed = false
            }
        }
        let (failure, stops) = await runHooks(on: state, isAll: isStashed, in: context)
        guard stops || isStop else {
            if let failure { throw failure }
            return .same
        }
        if let failure {
            // To stop was asked for too, so a strategy that would start the actor again does not get to decide.
            context.log(.error, "A hook failed in the entity's last command.", ["error": "\(failure)"])
            context.reject(failure)
        }
        return .stopped
    }

    /// Runs the hooks in their order, also behind one that throws; answers the first error and whether to stop.
    ///
    /// Where not all are to run, those that tell somebody of the effect do not.
    private func runHooks<Command: Sendable>(
        on state: State, isAll: Bool, in context: ActorContext<Command>
    ) async -> (failure: (any Error)?, stops: Bool) {
        var (failure, stops): ((any Error)?, Bool) = (nil, false)
        for place in 0..<min(hooks.count, replies.count) {
            let reply = replies[place]
            switch hooks[place] {
            case .run where !isAll, .reply where !isAll: break
            case .run(let body):
                do {
                    try await body(state)
                } catch {
                    failure = failure ?? error
                }
            case .reply: reply?.send()
            case .stop: stops = true
            case .unstashAll: context.unstashAll()
            }
        }
        return (failure, stops)
    }
}
