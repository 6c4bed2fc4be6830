import EventSourcing

// What every event goes through can be inlined, so that the compiler makes it for the very types where a machine is used.
extension Machine {
    /// What an event does in a state: the row that takes it, where that leads, and what comes with it.
    ///
    /// Throws `InvalidTransition` for an event that the state has no row for, `GuardRejected` where no row's condition holds,
    /// `UndeclaredTarget`, `UndeclaredEvent` and `MissingValue` for a row that does not do what it says, and what the
    /// computation of the target throws.
    @inlinable
    public func decide(_ event: Event, in state: State) throws -> MachineDecision<State, Event> {
        guard let place = table.index(of: state.name), let candidates = table.values[place][event.name] else {
            throw refusal(of: event, in: state)
        }
        for index in candidates where rows[index].condition?.holds(state, event) ?? true {
            return try decision(of: index, on: event, in: state)
        }
        throw refusal(of: event, in: state, byAllOf: candidates)
    }

    /// What the timers of an instance are to do when it enters a state from nowhere, as the initial one is entered.
    ///
    /// Throws `UndeclaredEvent` for a timeout that sends another case than it says.
    @inlinable
    public func timers(entering state: State) throws(UndeclaredEvent) -> [MachineTimer<Event>] {
        guard let standing = timeouts[state.name] else { return [] }
        var timers: [MachineTimer<Event>] = []
        for timeout in standing {
            let event = timeout.message.event(in: state)
            guard event.name == timeout.message.name else { throw undeclared(event, at: timeout.place) }
            timers.append(.arm(timeout.name, after: timeout.delay, send: event))
        }
        return timers
    }

    /// Whether a state has a row for an event.
    @inlinable
    func takes(_ event: Event.CaseName, in state: State.CaseName) -> Bool {
        guard let place = table.index(of: state) else { return false }
        return table.values[place].index(of: event) != nil
    }

    /// The timeout of a state that has a name; nil where the state has none of it.
    func timeout(_ name: String, in state: State.CaseName) -> StateTimeout<State, Event>? {
        timeouts[state]?.first { $0.name == name }
    }

    /// The timeouts of a state, in the order of the definition.
    func timeouts(of state: State.CaseName) -> [StateTimeout<State, Event>] { timeouts[state] ?? [] }

    /// What is run when a state is entered.
    func entryActions(of state: State.CaseName) -> [StateAction<State>] { actions.entries[state] ?? [] }

    /// Whether anything may be run once the decision of a row is durable.
    @inlinable
    func mayAct(_ row: Int) -> Bool { !actions.isEmpty || !rows[row - 1].actions.isEmpty }

    /// What is run once a decision is durable: exits, entries, and the row's own, in this order.
    @usableFromInline
    func actions(
        behind decision: MachineDecision<State, Event>, on event: Event, in state: State
    ) -> [@Sendable (ActionContext) async throws -> Void] {
        var run: [@Sendable (ActionContext) async throws -> Void] = []
        var place = state
        if decision.target != .stay {
            for action in actions.exits[state.name] ?? [] { run.append { try await action($0, state) } }
        }
        if case .goto(let next) = decision.target {
            place = next
            for action in actions.entries[next.name] ?? [] { run.append { try await action($0, next) } }
        }
        for action in rows[decision.row - 1].actions {
            run.append { [place] context in try await action(context, event, place) }
        }
        return run
    }

    @inlinable
    func decision(of index: Int, on event: Event, in state: State) throws -> MachineDecision<State, Event> {
        let target = try target(of: index, on: event, in: state)
        let produces = !rows[index].productions.isEmpty || !rows[index].postings.isEmpty
        return MachineDecision(
            row: index + 1, target: target,
            timers: timeouts.isEmpty ? [] : try timers(leaving: state, towards: target),
            producing: produces ? produced(by: index, on: event, in: target.place(from: state)) : nil)
    }

    @inlinable
    func target(of index: Int, on event: Event, in state: State) throws -> MachineTarget<State> {
        switch rows[index].destination {
        case .constant(let next): return .goto(next)
        case .stay: return .stay
        case .stop(let reason): return .stop(reason)
        case .computed(let cases, let compute):
            let next = try compute(state, event)
            guard cases.contains(next.name) else { throw undeclared(next, of: index, on: event, in: state) }
            return .goto(next)
        }
    }

    /// What becomes of the timers of a state that is left for a target.
    @inlinable
    func timers(leaving state: State, towards target: MachineTarget<State>) throws -> [MachineTimer<Event>] {
        switch target {
        case .stay: return []
        case .stop: return cancelling(state, but: [])
        case .goto(let next):
            let armed = try timers(entering: next)
            return cancelling(state, but: armed) + armed
        }
    }

    @inlinable
    func cancelling(_ state: State, but kept: [MachineTimer<Event>]) -> [MachineTimer<Event>] {
        var cancelled: [MachineTimer<Event>] = []
        for timeout in timeouts[state.name] ?? [] where !kept.contains(where: { $0.name == timeout.name }) {
            cancelled.append(.cancel(timeout.name))
        }
        return cancelled
    }

    @usableFromInline
    func produced(by index: Int, on event: Event, in place: State) -> ProducedByRow<Event> {
        var produced = ProducedByRow<Event>()
        let row = rows[index]
        for production in row.productions {
            do {
                produced.events += try production.events(behind: event, in: place, at: row.place)
            } catch {
                produced.failures.append(error)
            }
        }
        for posting in row.postings {
            do {
                let rows = try posting(place, event)
                // What no store can write must not keep the event from being taken.
                for row in rows { try row.requireNames() }
                produced.entries += rows
            } catch {
                produced.failures.append(error)
            }
        }
        return produced
    }
}

extension MachineTarget {
    /// Where it leads from a state; that state itself where it leads nowhere.
    @inlinable
    func place(from state: State) -> State {
        if case .goto(let next) = self { next } else { state }
    }
}

// MARK: - Refusing

extension Machine {
    @usableFromInline
    func refusal(of event: Event, in state: State) -> InvalidTransition {
        InvalidTransition(
            machine: name, state: state.name.rawValue, event: event.name.rawValue,
            possible: outline.events(in: state.name.rawValue))
    }

    @usableFromInline
    func refusal(of event: Event, in state: State, byAllOf rows: [Int]) -> GuardRejected {
        GuardRejected(
            machine: name, state: state.name.rawValue, event: event.name.rawValue,
            conditions: rows.compactMap { self.rows[$0].condition?.label })
    }

    @usableFromInline
    func undeclared(_ event: Event, at place: SourcePlace) -> UndeclaredEvent {
        UndeclaredEvent(event: event.name.rawValue, place: place)
    }

    @usableFromInline
    func undeclared(_ next: State, of row: Int, on event: Event, in state: State) -> UndeclaredTarget {
        UndeclaredTarget(
            state: state.name.rawValue, event: event.name.rawValue, target: next.name.rawValue,
            place: rows[row].place)
    }
}

extension Production {
    func events(behind event: Event, in state: State, at place: SourcePlace) throws -> [Event] {
        let made = try make(state, event)
        for event in made where !events.contains(event.name) {
            throw UndeclaredEvent(event: event.name.rawValue, place: place)
        }
        return made
    }
}
