/// A definition without its nesting: every row and every timeout with its states, in their order.
struct FlatDefinition<State: MachineState, Event: MachineEvent> {
    /// A row with its states.
    struct Placed {
        var row: TransitionRow<State, Event>
        var states: [State.CaseName]
        var overriding: Precedence<TransitionKey>.Overriding?
    }

    /// A timeout with its states.
    struct PlacedTimeout {
        var timeout: StateTimeout<State, Event>
        var states: [State.CaseName]
        var overriding: Precedence<TimeoutKey>.Overriding?
    }

    private(set) var rows: [Placed] = []
    private(set) var timeouts: [PlacedTimeout] = []
    private(set) var actions = StateActions<State>()
    private(set) var finals: [State.CaseName] = []
    /// Groups without a case that something was said of.
    private(set) var emptyGroups: [(name: String, place: SourcePlace)] = []
    private var scopes = 0

    init(_ definition: MachineDefinition<State, Event>) {
        add(definition, under: nil)
        finals = finals.withoutRepetitions()
    }

    /// The innermost block or fragment that overrides.
    private struct Scope {
        var number: Int
        var firstRow: Int
        var firstTimeout: Int
    }

    private mutating func open() -> Scope {
        scopes += 1
        return Scope(number: scopes, firstRow: rows.count, firstTimeout: timeouts.count)
    }

    private mutating func add(_ definition: MachineDefinition<State, Event>, under scope: Scope?) {
        for item in definition.items {
            switch item {
            case .final(let states): finals += states
            case .overriding(let parts): add(parts, under: open())
            case .block(let block): add(block, under: block.isOverriding ? open() : scope)
            }
        }
    }

    private mutating func add(_ block: MachineDefinition<State, Event>.Block, under scope: Scope?) {
        if block.states.isEmpty { emptyGroups.append((block.group ?? "", block.place)) }
        for state in block.states {
            if !block.entries.isEmpty { actions.entries[state, default: []] += block.entries }
            if !block.exits.isEmpty { actions.exits[state, default: []] += block.exits }
        }
        for row in block.rows {
            if row.events.isEmpty { emptyGroups.append((row.group ?? "", row.place)) }
            let own = row.isOverriding ? open() : scope
            rows.append(
                Placed(
                    row: row, states: block.states,
                    overriding: own.map { .init(scope: $0.number, before: $0.firstRow) }))
        }
        for timeout in block.timeouts {
            timeouts.append(
                PlacedTimeout(
                    timeout: timeout, states: block.states,
                    overriding: scope.map { .init(scope: $0.number, before: $0.firstTimeout) }))
        }
    }
}
