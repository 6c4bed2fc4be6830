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
                return try await effect.ending(on: entity.state).run(on: entity.state, in: context)
            }
            // Replies are pure, so they are computed before the write and sent after it.
            let ending = effect.ending(on: change.state)
            switch await commit(change, with: try Companions(metadata.commandID, replies: ending.replies, to: headers))
            {
            case .durable:
                return try await ending.run(on: entity.state, in: context)
            case .conflict(var conflict):
                try await entity.reload()
                conflict.actual = max(conflict.actual, entity.revision)
                if retriesLeft == 0 {
                    context.refuse(command, conflict)
                    return .same
                }
                retriesLeft -= 1
            case .repeated(let error):
                context.answer(error.command, to: headers)
                return .same
            case .refused(let error):
                context.refuse(command, error)
                context.countStopAsFailure()
                return .stopped
            case .unknown(let explanation):
                context.refuseUnknown(command, explanation, id: metadata.commandID)
                context.countStopAsFailure()
                return .stopped
            }
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

/// What came of a write.
private enum StateCommitOutcome {
    case durable
    /// Somebody else was first; nothing is durable.
    case conflict(ConcurrentModificationError)
    /// The command was handled before; nothing more is durable.
    case repeated(CommandAlreadyHandledError)
    /// The store does not let the entity write; nothing is durable.
    case refused(StoreError)
    /// It is durable or it is not.
    case unknown(String)
}

extension DurableStateDriver {
    private func commit(
        _ change: PreparedStateChange<State>, with companions: Companions
    ) async -> StateCommitOutcome {
        do {
            try await entity.commit(change, with: companions)
            return .durable
        } catch let conflict as ConcurrentModificationError {
            return .conflict(conflict)
        } catch let repetition as CommandAlreadyHandledError {
            return .repeated(repetition)
        } catch let error as StoreError where error.reason != .outcomeUnknown {
            return .refused(error)
        } catch {
            // Also an error that no store of ours throws: nobody knows whether it came before or after the commit.
            return .unknown("\(error)")
        }
    }
}

// MARK: - After the commit

extension DurableEffect {
    /// What is left when the state is durable, with the replies that the state gives.
    fileprivate func ending(on state: State) -> EffectEnding<State> {
        let primary: EffectEnding<State>.Primary =
            switch kind {
            case .persist, .delete, .none: .done
            case .reply: .reply(primaryReply)
            case .stash: .stash
            case .stop: .stop
            case .unhandled: .unhandled
            }
        return EffectEnding(primary: primary, hooks: hooks, replies: hooks.map { $0.reply(on: state) })
    }
}
