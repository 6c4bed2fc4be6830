import EventSourcing

extension RuleLine {
    /// What names mean where a value stands.
    struct Scope {
        /// What a plain name is a member of.
        var plain = RuleExpression.Base.state
        /// What it is a member of outside of `sum`, and within brackets.
        var bare = RuleExpression.Base.state
        /// Whether `count` and `sum` may look at an event too.
        var looksAtEvents = false
        /// Whether there is an event; the empty state has none.
        var hasEvent = true
        /// Whether the event's number, time, type and writer are known; to a machine they are not.
        var hasFacts = true
        /// Words that stand between values, and so are no plain names of members.
        var keywords: Set<String> = []
    }

    /// Words that can't be plain names of members; `state.time` is the member, `time` the event's.
    static let reserved = RuleExpression.Fact.allCases.map(\.rawValue) + ["event", "true", "false", "null", "to"]

    /// A value: sums of products.
    mutating func value(_ scope: Scope) throws(Problem) -> RuleExpression {
        try deeper { line throws(Problem) in
            var terms: [RuleExpression.Term] = []
            var isNegative = line.take("-")
            while true {
                terms.append(.init(isNegative: isNegative, value: try line.product(scope)))
                if line.take("+") {
                    isNegative = false
                } else if line.take("-") {
                    isNegative = true
                } else {
                    break
                }
            }
            if terms.count == 1, let only = terms.first {
                if !only.isNegative { return only.value }
                if case .constant(.number(let number)) = only.value, let negative = JSONNumber("-\(number.text)") {
                    return .constant(.number(negative))
                }
            }
            return .terms(terms)
        }
    }

    private mutating func product(_ scope: Scope) throws(Problem) -> RuleExpression {
        var factors = [try factor(scope)]
        while take("*") { factors.append(try factor(scope)) }
        return factors.count == 1 ? factors[0] : .product(factors)
    }

    private mutating func factor(_ scope: Scope) throws(Problem) -> RuleExpression {
        switch peek() {
        case "\""?: return .constant(.string(try requireText()))
        case "'"? where isQuestion: return .constant(.string(try requireSingleQuoted()))
        case "["?: return try array(scope)
        case "{"?: return try object(scope)
        case "("?:
            _ = take("(")
            let inner = try value(scope)
            try require(")")
            return inner
        case let scalar? where ("0"..."9").contains(scalar): return .constant(.number(try requireNumber()))
        default: break
        }
        let column = column
        guard let name = takeName() else {
            throw expected("a value: event.NAME, a member of the state, a number or a \"text\"")
        }
        switch name {
        case "true": return .constant(.bool(true))
        case "false": return .constant(.bool(false))
        case "null": return .constant(.null)
        case "sum" where peek() == "(": return try sum(scope)
        case "count" where peek() == "(":
            _ = take("(")
            let (base, path) = try readPath(scope)
            try require(")")
            return .count(base, path)
        case "event", RuleExpression.Fact.seq.rawValue, RuleExpression.Fact.time.rawValue,
            RuleExpression.Fact.type.rawValue, RuleExpression.Fact.writer.rawValue:
            if !scope.hasFacts, name != "event" {
                throw problem(
                    "a machine does not know an event's \(name); a value with this name is written state.\(name)",
                    at: column)
            }
            if !scope.hasEvent {
                throw problem("there is no event before the first one, so start can't use '\(name)'", at: column)
            }
            if let fact = RuleExpression.Fact(rawValue: name) { return .fact(fact) }
            return try reference(.event, [], scope, from: column)
        case "state": return try reference(.state, [], scope, from: column)
        case "to" where !isQuestion: throw problem("there is \"to\" where a value was expected before it", at: column)
        case _ where scope.keywords.contains(name):
            throw problem(
                "there is \(CommandText.quoted(name)) where a value was expected; a value with this name is written "
                    + "\(scope.bare.word).\(name)", at: column)
        default: return try reference(scope.plain, [.key(name)], scope, from: column)
        }
    }

    private mutating func reference(
        _ base: RuleExpression.Base, _ first: [RulePath.Step], _ scope: Scope, from column: Int
    ) throws(Problem) -> RuleExpression {
        let path = RulePath(steps: first + (try steps(after: first.count, scope)))
        let isOptional = takeAtOnce("?")
        note(base, path, isOptional: isOptional, from: column)
        return .reference(base, path, isOptional: isOptional)
    }

    /// A path into the state, or into an event where that may be looked at, whose value is read.
    private mutating func readPath(_ scope: Scope) throws(Problem) -> (RuleExpression.Base, RulePath) {
        let column = column
        if scope.looksAtEvents, take(word: "event") {
            let path = RulePath(steps: try steps(after: 0, scope))
            note(.event, path, isOptional: true, from: column)
            return (.event, path)
        }
        let path = try path(scope)
        let base = isPlain(at: column) ? scope.bare : .state
        note(base, path, isOptional: true, from: column)
        return (base, path)
    }

    private mutating func note(_ base: RuleExpression.Base, _ path: RulePath, isOptional: Bool, from column: Int) {
        guard case .key(let name)? = path.steps.first else { return }
        references.append(
            Reference(base: base, name: name, isOptional: isOptional, isPlain: isPlain(at: column), column: column))
    }

    private mutating func array(_ scope: Scope) throws(Problem) -> RuleExpression {
        _ = take("[")
        var elements: [RuleExpression] = []
        if !take("]") {
            repeat { elements.append(try value(scope)) } while take(",")
            try require("]", or: " or ','")
        }
        let constants = elements.compactMap { if case .constant(let value) = $0 { value } else { nil } }
        return constants.count == elements.count ? .constant(.array(constants)) : .array(elements)
    }

    private mutating func object(_ scope: Scope) throws(Problem) -> RuleExpression {
        _ = take("{")
        var members: [RuleExpression.Member] = []
        var keys: Set<String> = []
        if !take("}") {
            repeat {
                let column = column
                let key: String
                if peek() == "\"" {
                    key = try requireText()
                } else if let name = takeName() {
                    key = name
                } else {
                    throw expected("a member's name")
                }
                if !keys.insert(key).inserted {
                    throw problem("the member \(CommandText.quoted(key)) stands twice", at: column)
                }
                try require(":", or: " and the member's value")
                members.append(.init(key: key, value: try value(scope)))
            } while take(",")
            try require("}", or: " or ','")
        }
        let constants = members.compactMap { member in
            if case .constant(let value) = member.value { JSONObject.Member(member.key, value) } else { nil }
        }
        return constants.count == members.count ? .constant(.object(JSONObject(constants))) : .object(members)
    }

    private mutating func sum(_ scope: Scope) throws(Problem) -> RuleExpression {
        _ = take("(")
        let (base, array) = try readPath(scope)
        try require(",", or: " and what is to be added up of each element, as in sum(items, qty * price)")
        var inner = scope
        inner.plain = .element
        let each = try value(inner)
        try require(")")
        return .sum(base, array, each)
    }

    // MARK: - Paths

    /// A path into the state.
    mutating func path(_ scope: Scope) throws(Problem) -> RulePath {
        try deeper { line throws(Problem) in
            let column = line.column
            guard let name = line.takeName() else {
                throw line.expected("a place in the state, such as items or status")
            }
            if name == "state" { return RulePath(steps: try line.steps(after: 0, scope)) }
            if name == "event" {
                throw line.problem(
                    "an event stays as it is; a member of the state with this name is written state.event", at: column)
            }
            if Self.reserved.contains(name) {
                throw line.problem(
                    "'\(name)' has another meaning; a member of the state with this name is written state.\(name)",
                    at: column)
            }
            return RulePath(steps: [.key(name)] + (try line.steps(after: 1, scope)))
        }
    }

    /// What follows the first name of a path: `.name`, `."a name"`, `[0]`, `[event.id]`, `[sku = event.sku]`, `[= event.tag]`.
    private mutating func steps(after count: Int, _ scope: Scope) throws(Problem) -> [RulePath.Step] {
        var steps: [RulePath.Step] = []
        while true {
            let column = position + 1
            if takeAtOnce(".") {
                if isAtSpace { throw problem("the name of a member stands right behind the '.'", at: column + 1) }
                if peek() == "\"" {
                    steps.append(.key(try requireText()))
                } else if let name = takeName(allowsDigits: true) {
                    steps.append(.key(name))
                } else {
                    throw expected("a member's name")
                }
            } else if takeAtOnce("[") {
                steps.append(try bracket(scope))
                try require("]")
            } else {
                return steps
            }
            if count + steps.count > Self.deepest {
                throw problem("a path has at most \(Self.deepest) steps", at: column)
            }
        }
    }

    private mutating func bracket(_ scope: Scope) throws(Problem) -> RulePath.Step {
        // Within brackets names are the state's, or what they are outside of any path, wherever the path begins.
        var outer = scope
        outer.plain = scope.bare
        if take("=") { return .matching(key: nil, try value(outer)) }
        let start = position
        let key = peek() == "\"" ? try requireText() : takeName()
        if let key, take("=") { return .matching(key: key, try value(outer)) }
        position = start
        let column = column
        let inner = try value(outer)
        guard case .constant(let constant) = inner else { return .named(inner) }
        switch constant {
        case .string(let key): return .key(key)
        case .number(let number):
            if let index = number.int64, let place = Int(exactly: index) { return .index(place) }
        default: break
        }
        throw problem(
            "an element is named by its place, as in [0], or by a member, as in [sku = event.sku]", at: column)
    }
}
