/// A table of transitions over the states and the events of one kind of entity.
///
///     let orders = try Machine<OrderState, OrderEvent>("Order", initial: .pending) {
///         From(.pending) {
///             On(.pay).goto(.paid, with: \.payment) { _, payment in .paid(payment) }
///             On(.paymentTimedOut).goto(.cancelled)
///         }
///         .timeout("payment", after: .seconds(1_800), send: .paymentTimedOut)
///         From(.paid) { On(.ship).goto(.shipped) }
///         From(.pending, .paid) { On(.cancel).goto(.cancelled) }
///         Final(.shipped, .cancelled)
///     }
///
/// It is a value and never changes: `decide(_:in:)` says what an event does, and does nothing.
public struct Machine<State: MachineState, Event: MachineEvent>: Sendable {
    /// The kind of entity, for instance `Order`.
    public let name: String
    /// The state that every instance begins in.
    public let initial: State
    /// The whole table as plain data.
    public let outline: MachineOutline
    /// The warnings and the notes about the definition.
    public let findings: [MachineFinding]

    private let actions: StateActions<State>
    private let rows: [TransitionRow<State, Event>]
    /// The rows of each state and event, in the order in which they are tried.
    private let table: [State.CaseName: [Event.CaseName: [Int]]]
    private let timeouts: [State.CaseName: [StateTimeout<State, Event>]]

    /// Reads a definition.
    ///
    /// Throws `MachineDefinitionError` for one with errors, such as two rows for the same state and event.
    public init(
        _ name: String, initial: State, @MachineBuilder<State, Event> _ parts: () -> MachineDefinition<State, Event>
    ) throws(MachineDefinitionError) {
        let build = OutlineBuild(name, initial: initial, parts())
        if build.findings.contains(where: { $0.severity == .error }) {
            throw MachineDefinitionError(machine: name, findings: build.findings)
        }
        self.name = name
        self.initial = initial
        outline = build.outline
        findings = build.findings
        rows = build.rows
        actions = build.actions
        var table: [State.CaseName: [Event.CaseName: [Int]]] = [:]
        for edge in outline.edges {
            guard let state = State.CaseName(rawValue: edge.state), let event = Event.CaseName(rawValue: edge.event)
            else { continue }
            table[state, default: [:]][event, default: []].append(edge.row - 1)
        }
        self.table = table
        var timeouts: [State.CaseName: [StateTimeout<State, Event>]] = [:]
        for (state, standing) in build.timeouts {
            if let state = State.CaseName(rawValue: state) { timeouts[state] = standing }
        }
        self.timeouts = timeouts
    }
}

// MARK: - Deciding

extension Machine {
    /// What an event does in a state: the row that takes it, where that leads, and what comes with it.
    ///
    /// Throws `InvalidTransition` for an event that the state has no row for, `GuardRejected` where no row's condition holds,
    /// `UndeclaredTarget`, `UndeclaredEvent` and `MissingValue` for a row that does not do what it says, and what the
    /// computation of the target throws.
    public func decide(_ event: Event, in state: State) throws -> MachineDecision<State, Event> {
        guard let candidates = table[state.name]?[event.name] else {
            throw InvalidTransition(
                machine: name, state: state.name.rawValue, event: event.name.rawValue,
                possible: outline.events(in: state.name.rawValue))
        }
        for index in candidates where rows[index].condition?.holds(state, event) ?? true {
            return try decision(of: index, on: event, in: state)
        }
        throw GuardRejected(
            machine: name, state: state.name.rawValue, event: event.name.rawValue,
            conditions: candidates.compactMap { rows[$0].condition?.label })
    }

    /// What the timers of an instance are to do when it enters a state from nowhere, as the initial one is entered.
    ///
    /// Throws `UndeclaredEvent` for a timeout that sends another case than it says.
    public func timers(entering state: State) throws(UndeclaredEvent) -> [MachineTimer<Event>] {
        var timers: [MachineTimer<Event>] = []
        for timeout in timeouts[state.name] ?? [] {
            let event = timeout.message.event(in: state)
            guard event.name == timeout.message.name else {
                throw UndeclaredEvent(event: event.name.rawValue, place: timeout.place)
            }
            timers.append(.arm(timeout.name, after: timeout.delay, send: event))
        }
        return timers
    }

    /// Whether a state has a row for an event.
    func takes(_ event: Event.CaseName, in state: State.CaseName) -> Bool { table[state]?[event] != nil }

    /// The timeout of a state that has a name; nil where the state has none of it.
    func timeout(_ name: String, in state: State.CaseName) -> StateTimeout<State, Event>? {
        timeouts[state]?.first { $0.name == name }
    }

    /// What is run when a state is entered.
    func entryActions(of state: State.CaseName) -> [StateAction<State>] { actions.entries[state] ?? [] }

    /// What is run once a decision is durable: exits, entries, and the row's own, in this order.
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

    private func decision(
        of index: Int, on event: Event, in state: State
    ) throws -> MachineDecision<State, Event> {
        let row = rows[index]
        let target = try row.destination.target(of: event, in: state, at: row.place)
        var decision = MachineDecision<State, Event>(row: index + 1, target: target)
        switch target {
        case .stay: break
        case .stop: decision.timers = cancelling(state, but: [])
        case .goto(let next):
            let armed = try timers(entering: next)
            decision.timers = cancelling(state, but: Set(armed.map(\.name))) + armed
        }
        let place = if case .goto(let next) = target { next } else { state }
        for production in row.productions {
            do {
                decision.produced += try production.events(behind: event, in: place, at: row.place)
            } catch {
                decision.failures.append(error)
            }
        }
        for posting in row.postings {
            do {
                decision.posted += try posting(place, event)
            } catch {
                decision.failures.append(error)
            }
        }
        return decision
    }

    private func cancelling(_ state: State, but kept: Set<String>) -> [MachineTimer<Event>] {
        (timeouts[state.name] ?? []).filter { !kept.contains($0.name) }.map { .cancel($0.name) }
    }
}

extension TransitionRow.Destination {
    func target(of event: Event, in state: State, at place: SourcePlace) throws -> MachineTarget<State> {
        switch self {
        case .constant(let next): return .goto(next)
        case .stay: return .stay
        case .stop(let reason): return .stop(reason)
        case .computed(let cases, let compute):
            let next = try compute(state, event)
            guard cases.contains(next.name) else {
                throw UndeclaredTarget(
                    state: state.name.rawValue, event: event.name.rawValue, target: next.name.rawValue, place: place)
            }
            return .goto(next)
        }
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
