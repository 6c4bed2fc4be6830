import Actors

/// Carries out what the command handler of one running entity with a durable state decides.
// Only its actor's receive closure touches it, and an actor handles one message at a time, so it is never used twice at once.
final class DurableStateDriver<Command: Sendable, State: Sendable>: CommandDriver, @unchecked Sendable {
    private let behavior: DurableStateBehavior<Command, State>
    private var entity: DurableEntity<State>

    init(_ behavior: DurableStateBehavior<Command, State>, entity: DurableEntity<State>) {
        self.behavior = behavior
        self.entity = entity
    }

    /// Reads what others wrote since.
    func reload() async throws { try await entity.reload() }

    /// Decides a command and carries it out; throws what supervision is to decide about.
    func handle(
        _ command: Command, under lock: HeldLock? = nil, in context: ActorContext<Command>
    ) async throws -> Behavior<Command> {
        let headers = context.headers as? CommandHeaders
        if let repeated = try await headers?.earlierHandling(in: entity.store) {
            context.answer(repeated, to: headers)
            return .same
        }
        var lock = lock
        if lock == nil {
            switch try await senderLock(of: entity.id, headers, for: command, in: context) {
            case .none: break
            case .held(let held): lock = held
            case .lost: return .same
            }
        }
        let metadata = (headers?.metadata ?? Metadata())
            .chained(at: context.now, by: context.system.identifiers)
        // What the handler and the hooks send belongs to the same chain.
        return try await MessageHeaders.$current.withValue(CommandHeaders.following(metadata)) {
            try await decide(command, headers, metadata, under: lock, in: context)
        }
    }

    private func decide(
        _ command: Command, _ headers: CommandHeaders?, _ metadata: Metadata, under lock: HeldLock?,
        in context: ActorContext<Command>
    ) async throws -> Behavior<Command> {
        var retriesLeft = behavior.retries
        while true {
            let known = CommandContext(
                persistenceID: entity.id, sequenceNumber: entity.revision, now: context.now, metadata: metadata,
                self: context.myself, fencingNumber: lock?.fencingNumber)
            let effect = try behavior.commandHandler(known, command, entity.state)
            if let lock, context.isLost(lock, for: command) { return .same }
            guard let change = try change(by: effect, at: context.now) else {
                return try await effect.ending(on: entity.state).run(in: context)
            }
            // Replies are pure, so they are computed before the write and sent after it.
            let ending = effect.ending(on: change.state)
            let companions = try Companions(metadata.commandID, replies: ending.replies, to: headers)
                .with(nil, under: lock?.fence)
            let outcome = await commit(change, with: companions)
            if case .durable = outcome { return try await ending.run(in: context) }
            guard case .conflict(var conflict) = outcome else {
                return context.end(command, of: entity.id, headers, with: outcome)
            }
            try await entity.reload()
            conflict.actual = max(conflict.actual, entity.revision)
            if retriesLeft == 0 { return context.end(command, of: entity.id, headers, with: .conflict(conflict)) }
            retriesLeft -= 1
        }
    }

    /// What an effect does to the stored state, nil where it does nothing to it.
    private func change(
        by effect: DurableEffect<State>, at time: Timestamp
    ) throws -> PreparedStateChange<State>? {
        if let next = effect.state { return try entity.prepared(next, at: time) }
        return effect.kind == .delete ? entity.preparedDeletion(at: time) : nil
    }
}

// MARK: - Commit

extension DurableStateDriver {
    private func commit(_ change: PreparedStateChange<State>, with companions: Companions) async -> CommitOutcome {
        do {
            try await entity.commit(change, with: companions)
            return .durable
        } catch {
            return CommitOutcome(error, writer: nil, number: entity.revision)
        }
    }
}

// MARK: - After the commit

extension DurableEffect {
    /// What is left when the state is durable, with the replies that the state gives.
    fileprivate func ending(on state: State) -> EffectEnding {
        let primary: EffectEnding.Primary =
            switch kind {
            case .persist, .delete, .none: .done
            case .reply: .reply(primaryReply)
            case .stash: .stash
            case .stop: .stop
            case .unhandled: .unhandled
            }
        return EffectEnding(primary: primary, hooks: hooks.map { $0.bound(to: state) })
    }
}
