import Actors

/// Carries out what the command handler of one running entity decides.
// Only its actor's receive closure touches it, and an actor handles one message at a time, so it is never used twice at once.
final class EntityDriver<Command: Sendable, Event: Sendable, State: Sendable>: CommandDriver, @unchecked Sendable {
    private let decider: CommandDecider<Command, Event, State>
    private let step: CommandDecider<Command, Event, State>.Step
    private let retries: Int
    private let observer: (@Sendable (CommitNotice) -> Void)?
    private let ids: ULIDGenerator
    private let entity: Entity<Event, State>
    /// The store, where it appends without suspending.
    private let immediateStore: (any ImmediateEventStore)?
    /// What was decided about the present command, where carrying it out takes suspending.
    private var undone: (Decision, CommandFacts)?
    /// The state that the last decision leads to.
    private var folded: State

    init(
        _ behavior: EventSourcedBehavior<Command, Event, State>, entity: Entity<Event, State>, ids: ULIDGenerator
    ) {
        decider = CommandDecider(behavior)
        step = behavior.step
        retries = behavior.retries
        observer = behavior.observer
        self.ids = ids
        self.entity = entity
        immediateStore = entity.ground.events as? any ImmediateEventStore
        folded = entity.state
    }

    /// Folds what others appended since.
    func reload() async throws { try await entity.reload() }

    /// Where the entity stands.
    var standing: EntityStanding<State> {
        EntityStanding(
            persistenceID: entity.definition.id, sequenceNumber: entity.sequenceNumber, events: entity.ground.events,
            state: entity.state)
    }

    /// Decides a command and carries it out; throws what supervision is to decide about.
    func handle(
        _ command: Command, under lock: HeldLock? = nil, in context: ActorContext<Command>
    ) async throws -> Behavior<Command> {
        let undone = undone.take()
        let headers = context.headers as? CommandHeaders
        if let repeated = try await headers?.earlierHandling(in: entity.ground.events) {
            context.answer(repeated, to: headers)
            return .same
        }
        var lock = lock
        if lock == nil {
            switch try await senderLock(of: entity.definition.id, headers, for: command, in: context) {
            case .none: break
            case .held(let held): lock = held
            case .lost: return .same
            }
        }
        let facts = undone?.1 ?? facts(headers, under: lock, in: context)
        // What the handler and the hooks send belongs to the same chain.
        return try await MessageHeaders.$current.withValue(CommandHeaders.following(facts.metadata)) {
            try await carryOut(command, undone?.0, headers, facts, under: lock, in: context)
        }
    }

    @inline(__always)
    private func facts(
        _ headers: CommandHeaders?, under lock: HeldLock?, in context: ActorContext<Command>
    ) -> CommandFacts {
        let now = context.now
        return CommandFacts(
            entity.definition.id, at: entity.sequenceNumber, now: now,
            metadata: (headers?.metadata ?? Metadata()).chained(at: now, by: ids), fencingNumber: lock?.fencingNumber)
    }

    @inline(__always)
    private func decide(
        _ command: Command, _ facts: CommandFacts, in context: ActorContext<Command>
    ) throws -> Decision {
        try step(decider, facts, command, context.myself, entity.state, &folded)
    }

    private func carryOut(
        _ command: Command, _ decided: Decision?, _ headers: CommandHeaders?, _ facts: CommandFacts,
        under lock: HeldLock?, in context: ActorContext<Command>
    ) async throws -> Behavior<Command> {
        var (facts, decided, retriesLeft, isCurrent) = (facts, decided, retries, false)
        while true {
            let decision = try decided.take() ?? decide(command, facts, in: context)
            if decision.needsCurrentState, !isCurrent {
                try await entity.reload()
                isCurrent = true
                if entity.sequenceNumber != facts.sequenceNumber {
                    facts = self.facts(again: facts, in: context)
                    continue
                }
            }
            if let lock, context.isLost(lock, for: command) { return .same }
            guard !decision.events.isEmpty else {
                if decision.takesSnapshot { await entity.takeSnapshot(at: context.now, decision.snapshotRequest) }
                return try await decision.ending.run(in: context)
            }
            let companions = try Companions(
                facts.metadata.commandID, replies: decision.ending.replies, to: headers
            ).with(decision.companions, under: lock?.fence)
            let outcome = await commit(decision, at: facts.now, with: companions)
            if case .durable = outcome { return try await decision.ending.run(in: context) }
            guard case .conflict(var conflict) = outcome else {
                return context.end(command, of: facts.persistenceID, headers, with: outcome)
            }
            try await entity.reload()
            conflict.actual = max(conflict.actual, entity.sequenceNumber)
            if retriesLeft == 0 {
                return context.end(command, of: facts.persistenceID, headers, with: .conflict(conflict))
            }
            retriesLeft -= 1
            facts = self.facts(again: facts, in: context)
        }
    }

    /// The same for a command that is decided again.
    private func facts(again facts: CommandFacts, in context: ActorContext<Command>) -> CommandFacts {
        CommandFacts(
            facts.persistenceID, at: entity.sequenceNumber, now: context.now, metadata: facts.metadata,
            fencingNumber: facts.fencingNumber)
    }

    private func commit(
        _ decision: Decision, at time: Timestamp, with companions: Companions
    ) async -> CommitOutcome {
        do {
            let receipt = try await entity.commit(decision, leadingTo: folded, at: time, with: companions)
            tellObserver(receipt, decision)
            return .durable
        } catch {
            return CommitOutcome(error, writer: entity.ground.writer, number: entity.sequenceNumber)
        }
    }

    @inline(__always)
    private func tellObserver(_ receipt: AppendReceipt, _ decision: Decision) {
        if let observer { observer(CommitNotice(entity.definition.id, receipt, decision)) }
    }

    /// Takes the snapshot that the strategy wants of an entity that stops.
    func stop(at time: Timestamp) async {
        guard entity.definition.snapshotStrategy.includesStop else { return }
        await entity.takeSnapshot(at: time)
    }
}

// MARK: - Without suspending

extension EntityDriver {
    /// Decides a command and carries it out, where nothing of it takes suspending; nil where something does.
    ///
    /// Then nothing of it has happened, and `handle` goes on from what was decided. Each step of an asynchronous function
    /// costs as much as a small command handler, so this is most of an entity's speed in memory.
    func handleNow(_ command: Command, in context: ActorContext<Command>) throws -> Behavior<Command>? {
        guard let immediateStore else { return nil }
        let headers = context.headers as? CommandHeaders
        if let headers, headers.metadata.commandID != nil || headers.lock != nil { return nil }
        let facts = facts(headers, under: nil, in: context)
        var next: Behavior<Command>?
        try MessageHeaders.with(CommandHeaders.following(facts.metadata)) {
            let decision = try decide(command, facts, in: context)
            if !decision.takesSnapshot, !decision.needsCurrentState, !decision.ending.suspends,
                isCommittedNow(decision, on: immediateStore)
            {
                next = try decision.ending.runNow(in: context)
            } else {
                undone = (decision, facts)
            }
        }
        return next
    }

    /// Commits a decision; false where the store refuses it, which it then will again.
    @inline(__always)
    private func isCommittedNow(_ decision: Decision, on store: any ImmediateEventStore) -> Bool {
        if decision.events.isEmpty { return true }
        do {
            tellObserver(try entity.commitNow(decision, leadingTo: folded, on: store), decision)
            return true
        } catch {
            return false
        }
    }
}
