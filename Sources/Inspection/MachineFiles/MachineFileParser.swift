/// Reads the lines of a machine file: headings, rows and timeouts.
struct MachineFileParser {
    private static let machineForm = "a line such as 'machine Turnstile'"
    private static let rowForm = "a line such as 'on coin goes to open'"

    private(set) var machines: [MachineText] = []
    private var rows = 0
    private var blocks = 0

    /// The machines of a text, each with a name of its own.
    static func machines(in text: String) throws(RuleLine.Problem) -> [MachineText] {
        var parser = MachineFileParser()
        for var line in RuleText.lines(of: text) where !line.isBlank { try parser.read(&line) }
        guard !parser.machines.isEmpty else {
            throw RuleLine.Problem(
                line: 1, column: 1, message: "the file describes nothing; it begins with \(machineForm)")
        }
        return parser.machines
    }

    /// What a line begins with.
    private enum Word: String, CaseIterable {
        case machine, start, final, event, `in`, on, after
    }

    private mutating func read(_ line: inout RuleLine) throws(RuleLine.Problem) {
        let column = line.column
        guard let text = line.takeName() else { throw line.expected("a heading or a row") }
        let verb = RuleOperation.Verb(rawValue: text)
        guard let word = Word(rawValue: text) else {
            if let verb { return try readOperation(verb, &line, column) }
            throw unknown(text, line, column)
        }
        if word == .machine { return try readMachine(&line) }
        guard var machine = machines.popLast() else {
            throw line.problem("'\(text)' stands below a machine: begin with \(Self.machineForm)", at: column)
        }
        if word == .start || word == .final || word == .event { machine.heading = line.number }
        switch word {
        case .machine: break
        case .start: try machine.readStart(&line, column)
        case .final: try machine.readFinal(&line)
        case .event: try machine.readEvent(&line)
        case .in:
            blocks += 1
            if blocks > MachineFile.mostBlocks {
                throw line.problem(
                    "a machine file has at most \(MachineFile.mostBlocks) lines that begin with 'in'", at: column)
            }
            try machine.readBlock(&line)
        case .on, .after:
            guard machine.heading < machine.blocks.last?.line ?? 0, var block = machine.blocks.popLast() else {
                throw line.problem(
                    "'\(text)' stands below the states that it is about: put a line such as 'in locked' before it",
                    at: column)
            }
            rows += 1
            if rows > MachineFile.mostRows {
                throw line.problem("a machine file has at most \(MachineFile.mostRows) rows and timeouts", at: column)
            }
            if word == .on {
                block.rows.append(try line.row(from: column))
            } else {
                block.timeouts.append(try line.timeout(from: column))
            }
            machine.blocks.append(block)
        }
        machines.append(machine)
    }

    private func unknown(_ text: String, _ line: RuleLine, _ column: Int) -> RuleLine.Problem {
        let words = Word.allCases.map(\.rawValue) + RuleOperation.Verb.allCases.map(\.rawValue)
        let near = CommandText.nearest(to: text, of: words)
        let hint =
            near.isEmpty
            ? "a line begins with \(CommandText.list(words, "or"))" : "did you mean \(CommandText.list(near, "or"))?"
        return line.problem("no line begins with \(CommandText.quoted(text)); \(hint)", at: column)
    }

    private mutating func readMachine(_ line: inout RuleLine) throws(RuleLine.Problem) {
        let place = line.column
        let name = try line.requireEntityType()
        if let other = machines.first(where: { $0.name.text == name }) {
            throw line.problem(
                "the machine \(CommandText.quoted(name)) is described twice, first on line \(other.name.line)",
                at: place)
        }
        if machines.count == MachineFile.mostMachines {
            throw line.problem("a machine file has at most \(MachineFile.mostMachines) machines", at: place)
        }
        try line.requireEnd("the heading")
        machines.append(MachineText(MachineText.Name(text: name, line: line.number, column: place)))
    }

    /// Adds an operation to the row above it.
    private mutating func readOperation(
        _ verb: RuleOperation.Verb, _ line: inout RuleLine, _ column: Int
    ) throws(RuleLine.Problem) {
        let (last, block) = (machines.count - 1, (machines.last?.blocks.count ?? 0) - 1)
        guard block >= 0, var row = machines[last].blocks[block].rows.popLast(),
            row.line > machines[last].blocks[block].timeouts.last?.line ?? 0, row.line > machines[last].heading
        else {
            throw line.problem(
                "'\(verb)' stands below the row that it belongs to: put \(Self.rowForm) before it", at: column)
        }
        guard case .state(let state, var operations) = row.target else {
            throw line.problem(
                "the values change on the way to a state only; give the row above 'goes to' and a state", at: column)
        }
        if operations.count == MachineFile.mostOperations {
            throw line.problem("a row has at most \(MachineFile.mostOperations) operations", at: column)
        }
        let operation = try line.operation(verb, .machine, from: column)
        try line.requireMember(operation.path, at: column)
        operations.append(operation)
        row.target = .state(state, operations)
        row.references += line.named
        machines[last].blocks[block].rows.append(row)
    }
}

extension MachineText {
    fileprivate mutating func readStart(_ line: inout RuleLine, _ column: Int) throws(RuleLine.Problem) {
        if let start {
            throw line.problem("'start' stands twice in this machine, first on line \(start.line)", at: column)
        }
        start = try line.requireWord("the name of the first state")
        var scope = RuleLine.Scope.machine
        scope.hasEvent = false
        if line.take(word: "with") { startOperations = try line.settings(scope) }
        startReferences = line.named
        try line.requireEnd("the heading")
    }

    fileprivate mutating func readFinal(_ line: inout RuleLine) throws(RuleLine.Problem) {
        finals += try line.requireWords("the name of a state that has no way out")
        try line.requireEnd("the heading: states are separated by commas")
    }

    fileprivate mutating func readBlock(_ line: inout RuleLine) throws(RuleLine.Problem) {
        var block = Block(states: try line.requireWords("the name of a state"), line: line.number)
        block.isOverriding = line.take(word: "overriding")
        try line.requireEnd("the heading: states are separated by commas")
        blocks.append(block)
    }

    fileprivate mutating func readEvent(_ line: inout RuleLine) throws(RuleLine.Problem) {
        var event = Event(name: try line.requireWord("the name of an event"))
        if let other = events.first(where: { $0.name.text == event.name.text }) {
            throw event.name.problem(
                "the event \(CommandText.quoted(event.name.text)) stands twice in this machine, first on line "
                    + "\(other.name.line)")
        }
        while !line.isAtEnd {
            let parameter = try line.parameter(of: event)
            event.parameters.append(parameter)
            if event.parameters.count > MachineFile.mostParameters {
                throw event.name.problem("an event carries at most \(MachineFile.mostParameters) values")
            }
        }
        events.append(event)
        if events.count > MachineFile.mostNames {
            throw event.name.problem("a machine has at most \(MachineFile.mostNames) events")
        }
    }
}
