public import Actors

/// The entity has been recovered; sent once after each recovery, before any command, also for an empty stream.
public struct RecoveryCompleted: Signal, Hashable {
    /// The stream.
    public let persistenceID: PersistenceID
    /// The number of the last event in the state.
    public let sequenceNumber: Int64
}

extension EventSourcedBehavior {
    /// The actor: it recovers, and then handles one command at a time.
    public var behavior: Behavior<Command> {
        let actor: Behavior<Command> = .setup { context in
            guard let events else { throw EventSourcedBehaviorError.missingEventStore(id) }
            let log = context.log
            let ground = EntityGround(
                events: events, snapshots: snapshots, writer: writer ?? context.system.writerID,
                warn: { message, fields in log(.warning, message, fields) })
            let entity = try await Entity.recover(definition, on: ground)
            context.raise(RecoveryCompleted(persistenceID: id, sequenceNumber: entity.sequenceNumber))
            let driver = EntityDriver(self, entity: entity, ids: context.system.identifiers)
            return .receive { context, command in try await driver.handle(command, in: context) }
        }
        return supervision.map { actor.supervised(by: $0) } ?? actor
    }
}

/// Carries out what the command handler of one running entity decides.
// Only its actor's receive closure touches it, and an actor handles one message at a time, so it is never used twice at once.
private final class EntityDriver<Command: Sendable, Event: Sendable, State: Sendable>: @unchecked Sendable {
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

    func handle(_ command: Command, in context: ActorContext<Command>) async throws -> Behavior<Command> {
        var retriesLeft = behavior.retries
        while true {
            let effect = try behavior.decide(
                command, on: entity.state, at: entity.sequenceNumber, now: context.now, self: context.myself)
            do {
                return try await carryOut(effect, in: context)
            } catch let conflict as ConcurrentModificationError {
                try await entity.reload()
                if retriesLeft == 0 {
                    context.reject(conflict)
                    return .same
                }
                retriesLeft -= 1
            }
        }
    }

    private func carryOut(
        _ effect: Effect<Event, State>, in context: ActorContext<Command>
    ) async throws -> Behavior<Command> {
        var replies: [Int: PreparedReply] = [:]
        switch effect.kind {
        case .persist:
            let folded = try entity.foldedDry(effect.events)
            replies = preparedReplies(of: effect, on: folded)
            if !effect.events.isEmpty {
                do {
                    try await commit(effect.events, folded: folded, at: context.now)
                } catch let error as StoreError where error.reason == .outcomeUnknown {
                    context.rejectUnknownOutcome(error.description)
                    return .stopped
                } catch let error where error is WriterFencedError || error is StoreError {
                    context.reject(error)
                    return .stopped
                }
            }
        case .none, .stop, .unhandled: break
        case .reply: effect.primaryReply?.send()
        case .stash: try context.stash()
        }
        let hooks = await runHooks(of: effect, replies: replies, in: context)
        if let error = hooks.error { throw error }
        if effect.kind == .unhandled { return .unhandled }
        return hooks.stops || effect.kind == .stop ? .stopped : .same
    }

    private func commit(_ events: [Event], folded: State, at now: Timestamp) async throws {
        let cause = ids.next(at: now)
        let notice = try await entity.commit(
            events, folded: folded, metadata: Metadata(correlationID: cause, causationID: cause), at: now)
        behavior.observer?(notice)
    }

    /// Replies are pure, so they are computed before the append and sent after it.
    private func preparedReplies(of effect: Effect<Event, State>, on state: State) -> [Int: PreparedReply] {
        var replies: [Int: PreparedReply] = [:]
        for (index, hook) in effect.hooks.enumerated() {
            if case .reply(_, let make) = hook { replies[index] = make(state) }
        }
        return replies
    }

    private func runHooks(
        of effect: Effect<Event, State>, replies: [Int: PreparedReply], in context: ActorContext<Command>
    ) async -> (error: (any Error)?, stops: Bool) {
        var (failure, stops): ((any Error)?, Bool) = (nil, false)
        for (index, hook) in effect.hooks.enumerated() {
            switch hook {
            case .run(let body):
                do {
                    try await body(entity.state)
                } catch {
                    failure = failure ?? error
                }
            case .reply(_, let make): (replies[index] ?? make(entity.state)).send()
            case .stop: stops = true
            case .unstashAll: context.unstashAll()
            }
        }
        return (failure, stops)
    }
}
