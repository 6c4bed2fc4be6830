import Actors

/// Carries out what the command handler of one running entity decides.
// Only its actor's receive closure touches it, and an actor handles one message at a time, so it is never used twice at once.
final class EntityDriver<Command: Sendable, Event: Sendable, State: Sendable>: CommandDriver, @unchecked Sendable {
    private let behavior: EventSourcedBehavior<Command, Event, State>
    private let ids: ULIDGenerator
    private var entity: Entity<Event, State>

    init(
        _ behavior: EventSourcedBehavior<Command, Event, State>, entity: Entity<Event, State>, ids: ULIDGenerator
    ) {
        self.behavior = behavior
        self.entity = entity
        self.ids = ids
    }

    /// Folds what others appended since.
    func reload() async throws { try await entity.reload() }

    /// Decides a command and carries it out; throws what supervision is to decide about.
    func handle(
        _ command: Command, under lock: HeldLock? = nil, in context: ActorContext<Command>
    ) async throws -> Behavior<Command> {
        let headers = context.headers as? CommandHeaders
        if let repeated = try await headers?.earlierHandling(in: entity.ground.events) {
            context.answer(repeated, to: headers)
            return .same
        }
        let metadata = (headers?.metadata ?? Metadata()).chained(at: context.now, by: ids)
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
            let effect = try behavior.decide(
                command, on: entity.state, at: entity.sequenceNumber, now: context.now, self: context.myself,
                metadata: metadata, fencingNumber: lock?.fencingNumber)
            if let lock, context.isLost(lock, for: command) { return .same }
            guard !effect.events.isEmpty else {
                if effect.snapshotRequest != .none {
                    await entity.takeSnapshot(at: context.now, effect.snapshotRequest)
                }
                return try await finish(effect, replies: replies(of: effect, on: entity.state), in: context)
            }
            let prepared = try entity.prepared(effect.events, metadata: metadata, at: context.now)
            // Replies are pure, so they are computed before the append and sent after it.
            let replies = replies(of: effect, on: prepared.state)
            let companions = try Companions(metadata.commandID, replies: replies, to: headers)
            switch await commit(prepared, with: companions, snapshot: effect.snapshotRequest) {
            case .durable:
                return try await finish(effect, replies: replies, in: context)
            case .conflict(var conflict):
                try await entity.reload()
                conflict.actual = max(conflict.actual, entity.sequenceNumber)
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
                return stopUnableToWrite(in: context)
            case .unknown(let explanation):
                context.refuseUnknown(command, explanation, id: metadata.commandID)
                return stopUnableToWrite(in: context)
            }
        }
    }
}

// MARK: - Commit

/// What came of an append.
private enum CommitOutcome {
    case durable
    /// Somebody else was first; nothing is durable.
    case conflict(ConcurrentModificationError)
    /// The command was handled before; nothing more is durable.
    case repeated(CommandAlreadyHandledError)
    /// The store, or another writer, does not let the entity write; nothing is durable.
    case refused(any Error)
    /// All of it is durable or nothing.
    case unknown(String)
}

extension EntityDriver {
    private func commit(
        _ prepared: PreparedCommit<Event, State>, with companions: Companions, snapshot request: SnapshotRequest
    ) async -> CommitOutcome {
        do {
            let notice = try await entity.commit(prepared, with: companions, snapshot: request)
            behavior.observer?(notice)
            return .durable
        } catch let conflict as ConcurrentModificationError {
            return .conflict(conflict)
        } catch let repetition as CommandAlreadyHandledError {
            return .repeated(repetition)
        } catch let fenced as WriterFencedError where fenced.writer == entity.ground.writer {
            // The stream's first events came from another entity of this very writer: a conflict, and no take-over.
            return .conflict(
                ConcurrentModificationError(
                    persistenceID: fenced.persistenceID, expected: .number(entity.sequenceNumber),
                    actual: entity.sequenceNumber))
        } catch let fenced as WriterFencedError {
            return .refused(fenced)
        } catch let error as StoreError where error.reason != .outcomeUnknown {
            return .refused(error)
        } catch {
            // Also an error that no store of ours throws: nobody knows whether it came before or after the commit.
            return .unknown("\(error)")
        }
    }
}

// MARK: - The end

extension EntityDriver {
    /// Stops the entity, whose next message recovers it, after a wait where a registry starts it.
    private func stopUnableToWrite(in context: ActorContext<Command>) -> Behavior<Command> {
        context.countStopAsFailure()
        return .stopped
    }

    /// Takes the snapshot that the strategy wants of an entity that stops.
    func stop(at time: Timestamp) async {
        guard entity.definition.snapshotStrategy.includesStop else { return }
        await entity.takeSnapshot(at: time)
    }
}

// MARK: - After the commit

extension EntityDriver {
    private typealias Replies = [PreparedReply?]

    private func replies(of effect: Effect<Event, State>, on state: State) -> Replies {
        // A loop, because `map` of a generic element is a call for each step of it.
        var replies: Replies = []
        for place in 0..<effect.hooks.count { replies.append(effect.hooks[place].reply(on: state)) }
        return replies
    }

    /// Does what is left of an effect whose events are durable.
    private func finish(
        _ effect: Effect<Event, State>, replies: Replies, in context: ActorContext<Command>
    ) async throws -> Behavior<Command> {
        let primary: EffectEnding<State>.Primary =
            switch effect.kind {
            case .persist, .none: .done
            case .reply: .reply(effect.primaryReply)
            case .stash: .stash
            case .stop: .stop
            case .unhandled: .unhandled
            }
        return try await EffectEnding(primary: primary, hooks: effect.hooks, replies: replies)
            .run(on: entity.state, in: context)
    }
}
