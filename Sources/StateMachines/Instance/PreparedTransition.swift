import EventSourcing

/// A transition that is decided, with all that is written in its append.
struct PreparedTransition<State: MachineState, Event: MachineEvent>: Sendable {
    let effect: Effect<MachineTransition<State, Event>, MachineInstance<State>>
    let transition: Transition<State>
    /// What is done once it is durable, and answers what failed of it; nil where there is nothing to do.
    let run: (@Sendable () async -> [any Error])?
}

extension Machine where State: StoredCases, Event: StoredCases {
    /// Decides an event; throws what refuses it.
    ///
    /// - Parameter timer: the timer that sends the event, which then fires with it.
    func prepare(
        _ event: Event, firing timer: StoredTimer? = nil, for instance: MachineInstance<State>,
        _ context: CommandContext<MachineCommand<State, Event>>, _ coding: TransitionCoding<State, Event>
    ) throws -> PreparedTransition<State, Event> {
        if let reason = instance.stopReason { throw MachineStopped(machine: name, reason: reason) }
        let decision = try decide(event, in: instance.current)
        let fired = timer.map { [TimerChange.fire($0)] } ?? []
        let timers = try fired + decision.timers.map { try $0.change(at: context.now, coding) }
        let produced = try decision.produced.map {
            NewOutboxEntry(to: "\(context.persistenceID)", payload: try coding.encode(later: $0))
        }
        let number = context.sequenceNumber + 1
        let actions = actions(behind: decision, on: event, in: instance.current)
        let place = ActionContext(
            persistenceID: context.persistenceID, sequenceNumber: number, now: context.now, metadata: context.metadata)
        let effect = Effect<MachineTransition<State, Event>, MachineInstance<State>>
            .persist(MachineTransition(event: event, target: decision.target))
            .writing(timers: timers, outbox: produced + decision.posted)
        let transition = Transition<State>(
            outcome: Transition<State>.Outcome(decision.target, from: instance.current), sequenceNumber: number,
            effectsFailed: [])
        if actions.isEmpty, decision.failures.isEmpty {
            return PreparedTransition(effect: effect, transition: transition, run: nil)
        }
        return PreparedTransition(effect: effect, transition: transition) {
            await place.run(actions, behind: decision.failures)
        }
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
    fileprivate init(_ target: MachineTarget<State>, from state: State) {
        self =
            switch target {
            case .goto(let next): .moved(from: state, to: next)
            case .stay: .stayed(in: state)
            case .stop(let reason): .stopped(reason: reason)
            }
    }
}
