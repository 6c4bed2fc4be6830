public import EventSourcing

/// A transition that is decided, with all that is written in its append.
@usableFromInline
struct PreparedTransition<State: MachineState, Event: MachineEvent>: Sendable {
    @usableFromInline let effect: Effect<MachineTransition<State, Event>, MachineInstance<State>>
    @usableFromInline let transition: Transition<State>
    /// What is done once it is durable, and answers what failed of it; nil where there is nothing to do.
    @usableFromInline let run: (@Sendable () async -> [any Error])?

    @inlinable
    init(
        effect: Effect<MachineTransition<State, Event>, MachineInstance<State>>, transition: Transition<State>,
        run: (@Sendable () async -> [any Error])?
    ) {
        self.effect = effect
        self.transition = transition
        self.run = run
    }
}

extension Machine where State: StoredCases, Event: StoredCases {
    /// Decides an event; throws what refuses it.
    ///
    /// - Parameters:
    ///   - event: what comes.
    ///   - timer: the timer that sends the event, which then fires with it.
    ///   - timeout: the timeout in memory that sends it.
    ///   - instance: whom it comes to.
    ///   - context: what is known beside it.
    ///   - coding: how it is stored.
    @inlinable
    func prepare(
        _ event: Event, firing timer: StoredTimer? = nil, elapsing timeout: String? = nil,
        for instance: MachineInstance<State>, _ context: CommandContext<MachineCommand<State, Event>>,
        _ coding: TransitionCoding<State, Event>
    ) throws -> PreparedTransition<State, Event> {
        if let reason = instance.stopReason { throw MachineStopped(machine: name, reason: reason) }
        let decision = try decide(event, in: instance.current)
        let number = context.sequenceNumber + 1
        var effect = Effect<MachineTransition<State, Event>, MachineInstance<State>>
            .persist(
                MachineTransition(
                    event: event, target: decision.target,
                    mark: coding.timeouts == .durable
                        ? nil : mark(of: decision.target, elapsing: timeout, at: context.now)))
        if timer != nil || !decision.timers.isEmpty || !decision.produced.isEmpty || !decision.posted.isEmpty {
            effect = effect.writing(
                timers: try (timer.map { [.fire($0)] } ?? [])
                    + coding.changes(of: decision.timers, at: context.now),
                outbox: try coding.entries(producing: decision.produced, for: context.persistenceID) + decision.posted)
        }
        let transition = Transition<State>(
            outcome: Transition<State>.Outcome(decision.target, from: instance.current), sequenceNumber: number,
            effectsFailed: [])
        if decision.failures.isEmpty, !mayAct(decision.row) {
            return PreparedTransition(effect: effect, transition: transition, run: nil)
        }
        let place = ActionContext(
            persistenceID: context.persistenceID, sequenceNumber: number, now: context.now, metadata: context.metadata)
        return PreparedTransition(
            effect: effect, transition: transition, run: run(behind: decision, on: event, in: instance.current, place))
    }

    /// What is done once a decision is durable; nil where there is nothing to do.
    @usableFromInline
    func run(
        behind decision: MachineDecision<State, Event>, on event: Event, in state: State, _ context: ActionContext
    ) -> (@Sendable () async -> [any Error])? {
        let actions = actions(behind: decision, on: event, in: state)
        let failures = decision.failures
        if actions.isEmpty, failures.isEmpty { return nil }
        return { await context.run(actions, behind: failures) }
    }
}

extension Machine where State: StoredCases, Event: StoredCases {
    /// What stands beside a transition for timeouts in memory.
    @usableFromInline
    func mark(of target: MachineTarget<State>, elapsing timeout: String?, at now: Timestamp) -> TimeoutMark? {
        var since: Timestamp?
        if case .goto(let state) = target, !timeouts(of: state.name).isEmpty { since = now }
        return since == nil && timeout == nil ? nil : TimeoutMark(since: since, timeout: timeout)
    }
}

extension ActionContext {
    /// Runs actions in their order, and answers what failed of them, behind what failed before.
    func run(
        _ actions: [@Sendable (ActionContext) async throws -> Void], behind earlier: [any Error] = []
    ) async -> [any Error] {
        var failures = earlier
        for action in actions {
            do {
                try await action(self)
            } catch {
                failures.append(error)
            }
        }
        return failures
    }
}

extension MachineTimer {
    /// What becomes of it in a store, from a moment on.
    func change<State>(
        at now: Timestamp, _ coding: TransitionCoding<State, Event>
    ) throws -> TimerChange where Event: StoredCases {
        switch self {
        case .cancel(let name): .cancel(name)
        case .arm(let name, let delay, let event):
            .arm(NewTimer(name, deadline: now.adding(delay), payload: try coding.encode(later: event)))
        }
    }
}

extension Transition.Outcome {
    @inlinable
    init(_ target: MachineTarget<State>, from state: State) {
        self =
            switch target {
            case .goto(let next): .moved(from: state, to: next)
            case .stay: .stayed(in: state)
            case .stop(let reason): .stopped(reason: reason)
            }
    }
}
