/// Reads the lines of a fold file: headings, and the operations below them.
struct FoldFileParser {
    private enum Section {
        case none, entity, start
        case events([String])
        case others
    }

    private static let headings = ["entity", "start", "event", "use"]
    private static let entityForm = "a line such as 'entity Order'"

    private var rules: [FoldRules] = []
    private var section = Section.none
    /// Where the entity that is being read began.
    private var entityPlace = (line: 1, column: 1)
    private var operations = 0
    private var hasStart = false

    static func rules(in text: String) throws(RuleLine.Problem) -> [FoldRules] {
        var parser = FoldFileParser()
        for var line in RuleText.lines(of: text) where !line.isBlank { try parser.read(&line) }
        try parser.endEntity()
        guard !parser.rules.isEmpty else {
            throw RuleLine.Problem(
                line: 1, column: 1, message: "the file describes nothing; it begins with \(entityForm)")
        }
        return parser.rules
    }

    private mutating func read(_ line: inout RuleLine) throws(RuleLine.Problem) {
        let column = line.column
        guard let word = line.takeName() else { throw line.expected("a heading or an operation") }
        if let verb = RuleOperation.Verb(rawValue: word) { return try readOperation(verb, &line, column) }
        switch word {
        case "entity": try readEntity(&line, column)
        case "start", "event", "use":
            guard !rules.isEmpty else {
                throw line.problem("'\(word)' stands below an entity: begin with \(Self.entityForm)", at: column)
            }
            switch word {
            case "start": try readStart(&line, column)
            case "event": try readEvent(&line)
            default: try readUse(&line)
            }
        default:
            let words = RuleOperation.Verb.allCases.map(\.rawValue) + Self.headings
            let near = CommandText.nearest(to: word, of: words)
            let hint =
                near.isEmpty
                ? "a line begins with \(CommandText.list(words, "or"))"
                : "did you mean \(CommandText.list(near, "or"))?"
            throw line.problem("there is no operation \(CommandText.quoted(word)); \(hint)", at: column)
        }
    }

    // MARK: - Headings

    private mutating func readEntity(_ line: inout RuleLine, _ column: Int) throws(RuleLine.Problem) {
        try endEntity()
        let place = line.column
        let name = try line.requireEntityType()
        if rules.contains(where: { $0.entityType == name }) {
            throw line.problem("the entity \(CommandText.quoted(name)) is described twice", at: place)
        }
        try line.requireEnd("the heading")
        rules.append(FoldRules(name))
        (section, hasStart, entityPlace) = (.entity, false, (line.number, column))
    }

    private mutating func endEntity() throws(RuleLine.Problem) {
        guard let last = rules.last, last.events.isEmpty, last.others == nil else { return }
        throw RuleLine.Problem(
            line: entityPlace.line, column: entityPlace.column,
            message: "the entity \(CommandText.quoted(last.entityType)) has no events; "
                + "below it stand lines such as 'event ItemAdded'")
    }

    private mutating func readStart(_ line: inout RuleLine, _ column: Int) throws(RuleLine.Problem) {
        try line.requireEnd("the heading: what the empty state is stands below it, as in 'set status to \"new\"'")
        if hasStart { throw line.problem("'start' stands twice in this entity", at: column) }
        (section, hasStart) = (.start, true)
    }

    private mutating func readEvent(_ line: inout RuleLine) throws(RuleLine.Problem) {
        let index = rules.count - 1
        let place = line.column
        if line.take("*") {
            try line.requireEnd("the heading")
            if rules[index].others != nil {
                throw line.problem("'event *', which is every other event, stands twice in this entity", at: place)
            }
            rules[index].others = []
            section = .others
            return
        }
        var types: [String] = []
        repeat {
            let place = line.column
            let type = try line.requireTypeName("an event type, or * for every other one")
            if type.isEmpty { throw line.problem("an event type has a name", at: place) }
            if rules[index].events[type] != nil {
                throw line.problem("the event \(CommandText.quoted(type)) stands twice in this entity", at: place)
            }
            rules[index].events[type] = []
            rules[index].eventTypes.append(type)
            types.append(type)
        } while line.take(",")
        try line.requireEnd("the heading: event types are separated by commas")
        section = .events(types)
    }

    private mutating func readUse(_ line: inout RuleLine) throws(RuleLine.Problem) {
        guard line.take(word: "snapshots") else { throw line.expected("'snapshots'") }
        try line.requireEnd("the line")
        rules[rules.count - 1].usesSnapshots = true
    }

    // MARK: - Operations

    private mutating func readOperation(
        _ verb: RuleOperation.Verb, _ line: inout RuleLine, _ column: Int
    ) throws(RuleLine.Problem) {
        switch section {
        case .none: throw line.problem("an operation stands below an entity: begin with \(Self.entityForm)", at: column)
        case .entity:
            throw line.problem(
                "an operation stands below 'start' or below an event: put a line such as 'event ItemAdded' before it",
                at: column)
        case .start, .events, .others: break
        }
        // An operation below several event types is one of each.
        if case .events(let types) = section { operations += types.count } else { operations += 1 }
        if operations > FoldFile.mostOperations {
            throw line.problem("a fold file has at most \(FoldFile.mostOperations) operations", at: column)
        }
        var scope = RuleLine.Scope()
        if case .start = section { scope.hasEvent = false }
        let operation = try line.operation(verb, scope, from: column)
        let index = rules.count - 1
        switch section {
        case .start: rules[index].start.append(operation)
        case .others: rules[index].others?.append(operation)
        case .events(let types): for type in types { rules[index].events[type]?.append(operation) }
        case .none, .entity: break
        }
    }
}
