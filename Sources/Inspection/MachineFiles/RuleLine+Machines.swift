import EventSourcing

extension RuleLine.Scope {
    /// Where a machine decides: a plain name is a value of its state.
    static var machine: RuleLine.Scope {
        RuleLine.Scope(
            hasFacts: false,
            keywords: ["and", "or", "not", "when", "goes", "stays", "stops", "with", "without", "sends", "overriding"])
    }
}

extension RuleLine {
    /// The values that were read so far, with their places.
    var named: [MachineText.Name.Reference] {
        references.map { reference in
            MachineText.Name.Reference(
                name: MachineText.Name(text: reference.name, line: number, column: reference.column),
                reference: reference)
        }
    }

    /// A name of a state or an event.
    mutating func requireWord(_ what: String) throws(Problem) -> MachineText.Name {
        let column = column
        guard let name = takeName() else { throw expected(what) }
        if name.unicodeScalars.count > MachineFile.longestName {
            throw problem("a name has at most \(MachineFile.longestName) letters", at: column)
        }
        return MachineText.Name(text: name, line: number, column: column)
    }

    /// Names that are separated by commas, each of which stands once.
    mutating func requireWords(_ what: String) throws(Problem) -> [MachineText.Name] {
        var (names, seen) = ([MachineText.Name](), Set<String>())
        repeat {
            let name = try requireWord(what)
            if !seen.insert(name.text).inserted {
                throw name.problem("\(CommandText.quoted(name.text)) stands twice in this line")
            }
            names.append(name)
        } while take(",")
        return names
    }

    // MARK: - Rows

    /// What stands behind `on`.
    mutating func row(from start: Int) throws(Problem) -> MachineText.Row {
        let events = try requireWords("the name of an event")
        var condition: MachineText.Condition?
        if take(word: "when") {
            let column = column
            let read = try self.condition(.machine)
            condition = MachineText.Condition(words: written(from: column), condition: read)
        }
        let target = try target(isGuarded: condition != nil)
        var row = MachineText.Row(
            events: events, condition: condition, target: target, line: number, column: start, references: named)
        let column = column
        if take(word: "when") { throw problem("'when' and its condition stand before the target", at: column) }
        row.isOverriding = take(word: "overriding")
        try requireEnd("the row")
        return row
    }

    private mutating func target(isGuarded: Bool) throws(Problem) -> MachineText.Target {
        let column = column
        let start = position
        switch takeName() {
        case "goes"?:
            guard take(word: "to") else { throw expected("'to' and a state") }
            let state = try requireWord("the name of a state")
            var operations = take(word: "with") ? try settings(.machine) : []
            if take(word: "without") { operations += try removals() }
            return .state(state, operations)
        case "stays"?:
            if take(word: "with") || take(word: "without") {
                throw problem(
                    "what stays keeps its values; 'goes to' the same state enters it anew, with other ones", at: column)
            }
            return .stay
        case "stops"?:
            let place = self.column
            let reason = try requireText()
            if reason.isEmpty || reason.utf8.count > MachineFile.longestReason {
                throw problem("a reason has from 1 to \(MachineFile.longestReason) bytes", at: place)
            }
            return .stop(reason)
        default:
            position = start
            throw expected(
                (isGuarded ? "" : "'when' and a condition, or ")
                    + "a target ('goes to STATE', 'stays' or 'stops \"reason\"')")
        }
    }

    /// What stands behind `with`: names with their values, as operations.
    mutating func settings(_ scope: Scope) throws(Problem) -> [RuleOperation] {
        var operations: [RuleOperation] = []
        repeat {
            let column = column
            let path = try path(scope)
            try requireMember(path, at: column)
            operations.append(
                RuleOperation(verb: .set, path: path, value: try value(scope), line: number, column: column))
            if operations.count > MachineFile.mostOperations {
                throw problem("a row has at most \(MachineFile.mostOperations) operations", at: column)
            }
        } while take(",")
        return operations
    }

    private mutating func removals() throws(Problem) -> [RuleOperation] {
        var operations: [RuleOperation] = []
        repeat {
            let column = column
            let path = try path(.machine)
            try requireMember(path, at: column)
            operations.append(RuleOperation(verb: .remove, path: path, value: nil, line: number, column: column))
            if operations.count > MachineFile.mostOperations {
                throw problem("a row has at most \(MachineFile.mostOperations) operations", at: column)
            }
        } while take(",")
        return operations
    }

    /// Refuses the state as a whole, which has to stay an object of values.
    func requireMember(_ path: RulePath, at column: Int) throws(Problem) {
        if case .key? = path.steps.first { return }
        throw problem("a value of the state has a name of its own, as in 'with total 5'", at: column)
    }

    // MARK: - Timeouts

    /// What stands behind `after`.
    mutating func timeout(from start: Int) throws(Problem) -> MachineText.Timeout {
        let delay = try delay()
        let place = column
        guard peek() == "\"" else {
            throw expected("the timeout's name in quotes, as in 'after 30 minutes \"payment\" sends …'")
        }
        let name = try requireText()
        if name.isEmpty || name.utf8.count > NewTimer.longestName || name == EntityOpening.mark {
            throw problem(
                "a timeout's name has from 1 to \(NewTimer.longestName) bytes, and is not \"\(EntityOpening.mark)\", which "
                    + "the engine keeps for itself",
                at: place)
        }
        guard take(word: "sends") else { throw expected("'sends' and an event") }
        let event = try requireWord("the name of an event")
        var values: [MachineText.Value] = []
        if take(word: "with") {
            repeat {
                let name = try requireWord("the name of a value that the event carries")
                let column = column
                let value = try value(.machine)
                values.append(MachineText.Value(name: name, value: value, column: column))
            } while take(",")
        }
        try requireEnd("the timeout")
        return MachineText.Timeout(
            name: name, delay: delay, event: event, values: values, line: number, column: start)
    }

    /// Units of time with their microseconds.
    private static let units: [(name: String, microseconds: Int)] = [
        ("millisecond", 1_000), ("second", 1_000_000), ("minute", 60_000_000), ("hour", 3_600_000_000),
        ("day", 86_400_000_000), ("week", 604_800_000_000),
    ]
    /// A hundred years of 365 days, in microseconds.
    private static let longestDelay = 36_500 * 86_400_000_000

    private mutating func delay() throws(Problem) -> Duration {
        let column = column
        guard let digit = peek(), ("0"..."9").contains(digit) else {
            throw expected("a time, as in 'after 30 minutes'")
        }
        let number = try requireNumber()
        let place = self.column
        guard let word = takeName() else { throw expected("a unit of time: \(Self.unitList)") }
        let plain = word.hasSuffix("s") ? String(word.dropLast()) : word
        guard let unit = Self.units.first(where: { $0.name == plain }) else {
            let near = CommandText.nearest(to: word, of: Self.units.map { $0.name + "s" })
            throw problem(
                "there is no unit of time \(CommandText.quoted(word)); "
                    + (near.isEmpty ? "it is \(Self.unitList)" : "did you mean \(CommandText.list(near, "or"))?"),
                at: place)
        }
        let exact = ExactNumber(number)?.times(ExactNumber(unit.microseconds))
        guard let count = exact?.whole, (1...Self.longestDelay).contains(count) else {
            throw problem("a timeout comes after a microsecond at the least and 100 years at the most", at: column)
        }
        return .microseconds(count)
    }

    private static var unitList: String { CommandText.list(units.map { $0.name + "s" }, "or") }

    // MARK: - Events

    private static let kinds = ["text", "integer", "number", "boolean"]

    /// One value that an event carries: `amount=number`, `method=card|cash`, `reason=text?`.
    mutating func parameter(of event: MachineText.Event) throws(Problem) -> ParameterDescription {
        let column = column
        guard let name = takeName() else { throw expected("what the event carries, as in amount=number") }
        if event.parameters.contains(where: { $0.name == name }) {
            throw problem("\(CommandText.quoted(name)) stands twice in this event", at: column)
        }
        if name.unicodeScalars.count > MachineFile.longestName {
            throw problem("a name has at most \(MachineFile.longestName) letters", at: column)
        }
        guard takeAtOnce("=") else {
            throw expected("'=' and the kind of \(CommandText.quoted(name)), as in \(name)=number")
        }
        let place = self.column
        var words: [String] = []
        repeat {
            guard let word = takeName(allowsDigits: true) else {
                throw expected("the kind of value: \(CommandText.list(Self.kinds, "or")), or words such as card|cash")
            }
            if words.contains(word) {
                throw problem("\(CommandText.quoted(word)) stands twice in this kind", at: place)
            }
            words.append(word)
            if words.count > MachineFile.mostParameters {
                throw problem("a value has at most \(MachineFile.mostParameters) choices", at: place)
            }
        } while takeAtOnce("|")
        guard let kind = Self.kind(words) else { throw unknownKind(words[0], at: place) }
        return ParameterDescription(name: name, kind: kind, isRequired: !takeAtOnce("?"))
    }

    private func unknownKind(_ word: String, at column: Int) -> Problem {
        let near = CommandText.nearest(to: word, of: Self.kinds)
        return problem(
            "there is no kind of value \(CommandText.quoted(word)); "
                + (near.isEmpty
                    ? "it is \(CommandText.list(Self.kinds, "or")), or words such as card|cash"
                    : "did you mean \(CommandText.list(near, "or"))?"),
            at: column)
    }

    private static func kind(_ words: [String]) -> ParameterDescription.Kind? {
        if words.count > 1 { return Set(words) == ["true", "false"] ? .boolean : .choice(words) }
        return switch words[0] {
        case "text": .text
        case "integer": .integer
        case "number": .number
        case "boolean": .boolean
        default: nil
        }
    }
}
