import EventSourcing

/// Compares the names of a machine's text with one another: the states, the events, and the values.
struct MachineTextNames {
    /// The states in their order: the first one, those that something is said of, and those without a way out.
    let states: [String]
    /// What each event carries.
    let events: [String: [String: ParameterDescription]]
    private let eventNames: [String]
    /// The values that an instance may have.
    private let values: Set<String>

    /// Collects the names, and compares them; throws at the first one that is not there.
    init(_ text: MachineText) throws(RuleLine.Problem) {
        let machine = CommandText.quoted(text.name.text)
        guard let start = text.start else {
            throw text.name.problem(
                "the machine \(machine) has no first state; below it stands a line such as 'start locked'")
        }
        guard !text.events.isEmpty else {
            throw text.name.problem("the machine \(machine) has no events; below it stand lines such as 'event coin'")
        }
        var (states, seen) = ([String](), Set<String>())
        for name in [start] + text.blocks.flatMap(\.states) + text.finals where seen.insert(name.text).inserted {
            states.append(name.text)
            if states.count > MachineFile.mostNames {
                throw name.problem("a machine has at most \(MachineFile.mostNames) states")
            }
        }
        self.states = states
        eventNames = text.events.map(\.name.text)
        events = Dictionary(
            uniqueKeysWithValues: text.events.map { event in
                (event.name.text, Dictionary(uniqueKeysWithValues: event.parameters.map { ($0.name, $0) }))
            })
        var values = Self.set(by: text.startOperations)
        for row in text.blocks.flatMap(\.rows) {
            if case .state(_, let operations) = row.target { values.formUnion(Self.set(by: operations)) }
        }
        self.values = values
        try check(text)
    }

    private static func set(by operations: [RuleOperation]) -> Set<String> {
        Set(operations.filter { $0.verb != .remove }.compactMap(\.member))
    }

    private func check(_ text: MachineText) throws(RuleLine.Problem) {
        for reference in text.startReferences { try check(reference, events: []) }
        try checkRemovals(text.startOperations)
        var edges = 0
        for block in text.blocks {
            for row in block.rows {
                for event in row.events { try check(event: event) }
                for reference in row.references { try check(reference, events: row.events) }
                if case .state(let state, let operations) = row.target {
                    try check(state: state)
                    try checkRemovals(operations)
                }
                edges += block.states.count * row.events.count
                try check(edges: edges, line: row.line, column: row.column)
            }
            for timeout in block.timeouts {
                try check(timeout)
                edges += block.states.count
                try check(edges: edges, line: timeout.line, column: timeout.column)
            }
        }
    }

    private func check(edges: Int, line: Int, column: Int) throws(RuleLine.Problem) {
        if edges <= MachineFile.mostEdges { return }
        throw RuleLine.Problem(
            line: line, column: column,
            message: "a machine has at most \(MachineFile.mostEdges) rows and timeouts, counted once for each of their "
                + "states and events")
    }

    // MARK: - States and events

    private func check(state name: MachineText.Name) throws(RuleLine.Problem) {
        if states.contains(name.text) { return }
        let near = CommandText.nearest(to: name.text, of: states)
        throw name.problem(
            "there is no state \(CommandText.quoted(name.text)); "
                + (near.isEmpty
                    ? "a state has a line such as 'in \(name.text)' or 'final \(name.text)'"
                    : "did you mean \(CommandText.list(near, "or"))?"))
    }

    private func check(event name: MachineText.Name) throws(RuleLine.Problem) {
        if events[name.text] != nil { return }
        let near = CommandText.nearest(to: name.text, of: eventNames)
        throw name.problem(
            "there is no event \(CommandText.quoted(name.text)); "
                + (near.isEmpty
                    ? "an event has a line such as 'event \(name.text)'"
                    : "did you mean \(CommandText.list(near, "or"))?"))
    }

    // MARK: - Values

    private func checkRemovals(_ operations: [RuleOperation]) throws(RuleLine.Problem) {
        for operation in operations where operation.verb == .remove {
            guard let member = operation.member else { continue }
            try check(
                value: MachineText.Name(text: member, line: operation.line, column: operation.column), events: [])
        }
    }

    private func check(
        _ reference: MachineText.Name.Reference, events: [MachineText.Name]
    ) throws(RuleLine.Problem) {
        switch reference.reference.base {
        case .element: break
        case .state:
            try check(value: reference.name, events: reference.reference.isPlain ? events : [])
        case .event:
            let carried = events.map { (event: $0.text, parameter: self.events[$0.text]?[reference.name.text]) }
            let lacking = carried.first { $0.parameter == nil }
            if let lacking, !reference.reference.isOptional || carried.allSatisfy({ $0.parameter == nil }) {
                throw strange(reference.name, of: lacking.event)
            }
            if !reference.reference.isOptional, let open = carried.first(where: { $0.parameter?.isRequired == false }) {
                throw reference.name.problem(
                    "\(open.event) may come without \(reference.name.text); write event.\(reference.name.text)?, which is "
                        + "null then")
            }
        }
    }

    private func check(value name: MachineText.Name, events: [MachineText.Name]) throws(RuleLine.Problem) {
        if values.contains(name.text) { return }
        let quoted = CommandText.quoted(name.text)
        if events.contains(where: { self.events[$0.text]?[name.text] != nil }) {
            throw name.problem("no state has a value \(quoted); what the event carries is written event.\(name.text)")
        }
        let near = CommandText.nearest(to: name.text, of: values.sorted())
        throw name.problem(
            "no state has a value \(quoted); "
                + (near.isEmpty
                    ? "a row gives it one, as in 'goes to paid with \(name.text) 5'; a text is written in quotes"
                    : "did you mean \(CommandText.list(near, "or"))?"))
    }

    /// A value that an event does not carry.
    private func strange(_ name: MachineText.Name, of event: String) -> RuleLine.Problem {
        let names = (events[event] ?? [:]).keys.sorted()
        let near = CommandText.nearest(to: name.text, of: names)
        return name.problem(
            "\(event) carries no \(CommandText.quoted(name.text)); "
                + (!near.isEmpty
                    ? "did you mean \(CommandText.list(near, "or"))?"
                    : names.isEmpty ? "it carries nothing" : "it carries \(CommandText.list(names))"))
    }

    // MARK: - Timeouts

    private func check(_ timeout: MachineText.Timeout) throws(RuleLine.Problem) {
        try check(event: timeout.event)
        let parameters = events[timeout.event.text] ?? [:]
        var given: Set<String> = []
        for value in timeout.values {
            guard let parameter = parameters[value.name.text] else {
                throw strange(value.name, of: timeout.event.text)
            }
            guard given.insert(value.name.text).inserted else {
                throw value.name.problem("\(CommandText.quoted(value.name.text)) is given twice")
            }
            guard case .constant(let constant) = value.value, parameter.takes(constant) else {
                throw RuleLine.Problem(
                    line: timeout.line, column: value.column,
                    message:
                        "\(value.name.text)=\(parameter.kind) takes a value of this kind that is written out, for a "
                        + "timeout always sends the same")
            }
        }
        if let missing = parameters.values.filter({ $0.isRequired && !given.contains($0.name) }).map(\.name).min() {
            throw timeout.event.problem(
                "\(timeout.event.text) carries \(missing), and a timeout gives it, as in 'sends \(timeout.event.text) "
                    + "with \(missing) …'")
        }
    }
}

extension RuleOperation {
    /// The member of the state that is changed.
    fileprivate var member: String? { if case .key(let name)? = path.steps.first { name } else { nil } }
}

extension ParameterDescription {
    /// Whether a value is of the kind.
    fileprivate func takes(_ value: JSONValue) -> Bool {
        switch kind {
        case .text: value.string != nil
        case .integer: value.number?.int64 != nil
        case .number: value.number != nil
        case .boolean: value.bool != nil
        case .choice(let words): value.string.map(words.contains) ?? false
        }
    }
}
