import Actors

/// What is left of an effect once what it persists is durable: its own doing, and its hooks in their order.
@usableFromInline
struct EffectEnding: Sendable {
    /// What the effect itself still does.
    @usableFromInline
    enum Primary: Sendable {
        case done
        case reply((any PreparedReply)?)
        case stash
        case stop
        case unhandled
    }

    let primary: Primary
    let hooks: [BoundHook]
    /// Whether a hook may suspend.
    let suspends: Bool

    @usableFromInline
    init(primary: Primary, hooks: [BoundHook]) {
        self.primary = primary
        self.hooks = hooks
        suspends = hooks.contains { if case .run = $0 { true } else { false } }
    }

    /// The replies of the hooks.
    var replies: [any PreparedReply] {
        hooks.compactMap { hook in
            switch hook {
            case .reply(let reply), .keep(let reply): reply
            case .run, .stop, .unstashAll: nil
            }
        }
    }

    /// Does it, and says how the actor goes on; throws what a hook threw, which is for supervision.
    func run<Command: Sendable>(in context: ActorContext<Command>) async throws -> Behavior<Command> {
        var run = EndingRun(primary, in: context)
        for hook in hooks {
            guard case .run(let body) = hook else {
                run.take(hook, in: context)
                continue
            }
            guard run.tellsOthers else { continue }
            do {
                try await body()
            } catch {
                run.failure = run.failure ?? error
            }
        }
        return try run.end(in: context)
    }

    /// Does it without suspending; for hooks of which none may.
    func runNow<Command: Sendable>(in context: ActorContext<Command>) throws -> Behavior<Command> {
        var run = EndingRun(primary, in: context)
        for hook in hooks { run.take(hook, in: context) }
        return try run.end(in: context)
    }
}

/// An ending while it is carried out.
private struct EndingRun {
    /// Whether the hooks that tell somebody of the effect run too.
    private(set) var tellsOthers = true
    /// What the first hook that failed threw.
    var failure: (any Error)?
    private var stops = false

    init<Command: Sendable>(_ primary: EffectEnding.Primary, in context: ActorContext<Command>) {
        switch primary {
        case .done: break
        case .reply(let reply): reply?.send()
        case .stop: stops = true
        case .unhandled: context.unhandled()
        case .stash:
            do {
                try context.stash()
            } catch {
                // The command is a dead letter and its asker is told; those in the stash must not suffer for it. What the
                // hooks say of the stash and of the entity holds all the same: it may be what empties the stash.
                context.log(.warning, "\(error)")
                tellsOthers = false
            }
        }
    }

    /// Takes a hook that does not suspend.
    mutating func take<Command: Sendable>(_ hook: BoundHook, in context: ActorContext<Command>) {
        switch hook {
        case .run, .keep: break
        case .reply(let reply): if tellsOthers { reply.send() }
        case .stop: stops = true
        case .unstashAll: context.unstashAll()
        }
    }

    func end<Command: Sendable>(in context: ActorContext<Command>) throws -> Behavior<Command> {
        guard stops else {
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
}
