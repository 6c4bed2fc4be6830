import EventSourcing

/// A definition on its way to a machine: its outline, what stands in it, and what was found while it was read.
struct OutlineBuild<State: MachineState, Event: MachineEvent> {
    let outline: MachineOutline
    let rows: [TransitionRow<State, Event>]
    let actions: StateActions<State>
    /// The timeouts that stand, for each state.
    private(set) var timeouts: [String: [StateTimeout<State, Event>]] = [:]
    private(set) var findings: [MachineFinding] = []

    init(
        _ name: String, states: [State.CaseName], events: [Event.CaseName], initial: State,
        _ definition: MachineDefinition<State, Event>
    ) {
        let flat = FlatDefinition(definition)
        let rows = flat.rows.enumerated().map { index, placed in
            MachineOutline.Row(placed.row, number: index + 1, states: placed.states.map(\.rawValue))
        }
        let transitions = Precedence(
            zip(rows, flat.rows).map { row, placed in
                Precedence<TransitionKey>.Entry(
                    keys: row.pairs, isConditional: row.isGuarded, overriding: placed.overriding)
            })
        let timeouts = Precedence(
            flat.timeouts.map { placed in
                Precedence<TimeoutKey>.Entry(
                    keys: placed.states.map { TimeoutKey(state: $0.rawValue, name: placed.timeout.name) },
                    overriding: placed.overriding)
            })
        self.rows = flat.rows.map(\.row)
        actions = flat.actions
        var standing: [MachineOutline.Timeout] = []
        for (index, placed) in flat.timeouts.enumerated() {
            for state in placed.states.map(\.rawValue) {
                let key = TimeoutKey(state: state, name: placed.timeout.name)
                guard timeouts.standing[key]?.contains(index) == true else { continue }
                standing.append(MachineOutline.Timeout(placed.timeout, of: state))
                self.timeouts[state, default: []].append(placed.timeout)
            }
        }
        outline = MachineOutline(
            name: name, states: states.map(\.rawValue), events: events.map(\.rawValue),
            initial: initial.name.rawValue,
            finals: flat.finals.map(\.rawValue), rows: rows,
            edges: rows.enumerated().flatMap { index, row in
                row.pairs.filter { transitions.standing[$0]?.contains(index) == true }
                    .map { MachineOutline.Edge(state: $0.state, event: $0.event, row: row.number) }
            },
            timeouts: standing)

        checkNames(of: name)
        checkValues(initial, flat)
        findings += flat.emptyGroups.map { .emptyGroup($0.name, $0.place) }
        findings += transitions.conflicts.map {
            .duplicateRow(state: $0.key.state, event: $0.key.event, rows[$0.first], rows[$0.second])
        }
        findings += timeouts.conflicts.map { conflict in
            .duplicateTimeout(
                MachineOutline.Timeout(flat.timeouts[conflict.first].timeout, of: conflict.key.state),
                MachineOutline.Timeout(flat.timeouts[conflict.second].timeout, of: conflict.key.state))
        }
        findings += standing.flatMap(\.mistakes)
        // A fragment that replaces something has no orphan, whether that is a row or a timeout.
        let useful = Set(
            transitions.removals.compactMap { flat.rows[$0.by].overriding?.scope }
                + timeouts.removals.compactMap { flat.timeouts[$0.by].overriding?.scope })
        var told: Set<Int> = []
        for index in transitions.orphans {
            guard let scope = flat.rows[index].overriding?.scope, !useful.contains(scope) else { continue }
            told.insert(scope)
            findings.append(.orphanOverride(rows[index].place))
        }
        for index in timeouts.orphans {
            guard let scope = flat.timeouts[index].overriding?.scope, !useful.contains(scope),
                told.insert(scope).inserted
            else { continue }
            findings.append(.orphanOverride(flat.timeouts[index].timeout.place))
        }
        findings += transitions.removals.map { removal in
            .overridden(
                state: removal.key.state, event: removal.key.event, removal.removed.map { rows[$0] },
                by: rows[removal.by])
        }
        findings += timeouts.removals.map { removal in
            .overriddenTimeout(
                removal.removed.map { MachineOutline.Timeout(flat.timeouts[$0].timeout, of: removal.key.state) },
                by: MachineOutline.Timeout(flat.timeouts[removal.by].timeout, of: removal.key.state))
        }
        findings += outline.gaps
    }

    private mutating func checkNames(of name: String) {
        do {
            _ = try PersistenceID(name, "1")
        } catch {
            findings.append(.machineName(name, error))
        }
        for (family, names) in [("\(State.self)", outline.states), ("\(Event.self)", outline.events)] {
            var seen: Set<String> = []
            for name in names where name.isEmpty || !seen.insert(name).inserted {
                findings.append(.caseName(family: family, name))
            }
        }
    }

    /// Compares what the definition's values say of themselves with what Swift says of them.
    private mutating func checkValues(_ initial: State, _ flat: FlatDefinition<State, Event>) {
        var states = [initial]
        for case .constant(let state) in flat.rows.map(\.row.destination) { states.append(state) }
        var events: [Event] = []
        for case .constant(let event) in flat.timeouts.map(\.timeout.message) { events.append(event) }
        findings += (misnamed(states) + misnamed(events)).withoutRepetitions()
    }

    private func misnamed<Value: MachineCases>(_ values: [Value]) -> [MachineFinding] {
        values.compactMap { value in
            guard let (declared, said) = CaseLabel.contradiction(in: value) else { return nil }
            return .misnamedCase(family: "\(Value.self)", declared: declared, said: said)
        }
    }
}

extension MachineOutline.Row {
    init<State, Event>(_ row: TransitionRow<State, Event>, number: Int, states: [String]) {
        self.number = number
        place = row.place
        self.states = states
        events = row.events.map(\.rawValue)
        target =
            switch row.destination {
            case .constant(let state): .goto([state.name.rawValue])
            case .computed(let states, _): .goto(states.map(\.rawValue))
            case .stay: .stay
            case .stop(let reason): .stop(reason)
            }
        isGuarded = row.condition != nil
        guardLabel = row.condition?.label
        produces = row.productions.flatMap(\.events).map(\.rawValue).withoutRepetitions()
    }

    /// Each of its states with each of its events.
    var pairs: [TransitionKey] {
        states.flatMap { state in events.map { TransitionKey(state: state, event: $0) } }
    }
}

extension MachineOutline.Timeout {
    init<State, Event>(_ timeout: StateTimeout<State, Event>, of state: String) {
        self.state = state
        name = timeout.name
        delay = timeout.delay
        event = timeout.message.name.rawValue
        place = timeout.place
    }

    /// What makes it one that can't be.
    var mistakes: [MachineFinding] {
        var mistakes: [MachineFinding] = []
        if delay <= .zero { mistakes.append(.timeoutDelay(self)) }
        // The engine's own mark would take its place.
        if !(1...NewTimer.longestName).contains(name.utf8.count) || name == EntityOpening.mark {
            mistakes.append(.timeoutName(self))
        }
        return mistakes
    }
}
