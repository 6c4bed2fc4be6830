import Actors
import EventSourcing

extension RuleLine {
    /// A condition: comparisons, joined by `and`, `or` and `not`, of which `or` binds least.
    mutating func condition(_ scope: Scope) throws(Problem) -> RuleCondition {
        try deeper { line throws(Problem) in
            var parts = [try line.conjunction(scope)]
            while line.take(word: "or") { parts.append(try line.conjunction(scope)) }
            return parts.count == 1 ? parts[0] : .any(parts)
        }
    }

    private mutating func conjunction(_ scope: Scope) throws(Problem) -> RuleCondition {
        var parts = [try negation(scope)]
        while take(word: "and") { parts.append(try negation(scope)) }
        return parts.count == 1 ? parts[0] : .all(parts)
    }

    private mutating func negation(_ scope: Scope) throws(Problem) -> RuleCondition {
        guard take(word: "not") else { return try comparison(scope) }
        return .not(try deeper { line throws(Problem) in try line.negation(scope) })
    }

    private mutating func comparison(_ scope: Scope) throws(Problem) -> RuleCondition {
        if peek() == "(", holdsCondition {
            _ = take("(")
            let inner = try condition(scope)
            try require(")")
            return inner
        }
        let start = column
        let left = try value(scope)
        if isQuestion, let condition = try membership(of: left, scope) { return condition }
        guard let comparison = try takeComparison() else {
            if isQuestion, !left.mayBeTrue {
                try refuseCapitals(scope)
                throw problem("a value alone is no condition; compare it, as in total < 0", at: start)
            }
            return .value(left)
        }
        let right = try value(scope)
        let column = column
        if try takeComparison() != nil {
            throw problem("two values are compared at a time, as in a < b and b < c", at: column)
        }
        return .comparison(
            isQuestion ? left.asTime(beside: right) : left, comparison,
            isQuestion ? right.asTime(beside: left) : right)
    }

    /// What `like` or `in` asks of a value, or the contrary behind `not`; nil where neither comes next.
    private mutating func membership(
        of left: RuleExpression, _ scope: Scope
    ) throws(Problem) -> RuleCondition? {
        let isNegative = take(word: "not")
        let condition: RuleCondition
        if take(word: "like") {
            let column = column
            let pattern = try value(scope)
            if case .constant(let constant) = pattern, constant.string == nil {
                throw problem("like needs a text in quotes, as in type like 'Item%'", at: column)
            }
            condition = .like(left, pattern)
        } else if take(word: "in") {
            condition = .member(left, try list(scope))
        } else if isNegative {
            throw expected("like or in behind not")
        } else {
            return nil
        }
        return isNegative ? .not(condition) : condition
    }

    /// What stands behind `in`: values in parentheses, or a value that is an array.
    private mutating func list(_ scope: Scope) throws(Problem) -> RuleExpression {
        guard take("(") else {
            let column = column
            let list = try value(scope)
            if case .constant(let constant) = list, constant.array == nil {
                throw problem(#"in needs several values, as in status in ("paid", "shipped")"#, at: column)
            }
            return list
        }
        var elements: [RuleExpression] = []
        repeat { elements.append(try value(scope)) } while take(",")
        try require(")", or: " or ','")
        return .array(elements)
    }

    /// Checks that a condition ends here, and says what may have been meant where it does not.
    mutating func requireEndOfCondition(_ scope: Scope) throws(Problem) {
        let column = column
        if let sign = peek(), sign == "&" || sign == "|" {
            throw problem("conditions are joined by 'and' and 'or'", at: column)
        }
        try refuseCapitals(scope)
        try requireEnd("the condition")
    }

    /// Says how a word between values is written, where one stands here in capital letters.
    private mutating func refuseCapitals(_ scope: Scope) throws(Problem) {
        let (column, start) = (column, position)
        if let word = takeName(), scope.keywords.contains(word.lowercased()), word != word.lowercased() {
            throw problem("this word is written '\(word.lowercased())'", at: column)
        }
        position = start
    }

    private mutating func takeComparison() throws(Problem) -> RuleCondition.Comparison? {
        let column = column
        switch peek() {
        case "="?:
            _ = take("=")
            if takeAtOnce("=") { throw problem("values are compared with one '='", at: column) }
            return .equal
        case "!"?:
            _ = take("!")
            guard takeAtOnce("=") else {
                throw problem("'!=' compares; what must not hold is written 'not …'", at: column)
            }
            return .unequal
        case "<"?:
            _ = take("<")
            if takeAtOnce(">") { throw problem("'not equal' is written !=", at: column) }
            return takeAtOnce("=") ? .atMost : .less
        case ">"?:
            _ = take(">")
            return takeAtOnce("=") ? .atLeast : .greater
        default: return nil
        }
    }

    /// Whether the parenthesis that opens here holds a condition, and not a value that is counted with or compared.
    private var holdsCondition: Bool {
        var copy = self
        guard copy.skipParentheses() else { return true }
        if isQuestion, ["like", "in", "not"].contains(where: { copy.take(word: $0) }) { return false }
        return switch copy.peek() {
        case "+"?, "-"?, "*"?, "="?, "!"?, "<"?, ">"?: false
        default: true
        }
    }
}

extension RuleExpression {
    /// Whether it can be true or false.
    fileprivate var mayBeTrue: Bool {
        switch self {
        case .constant(let value): value.bool != nil
        case .reference: true
        case .array, .object, .fact, .sum, .count, .terms, .product: false
        }
    }

    /// The moment that a text stands for as an event's time is written, where it is compared with that.
    fileprivate func asTime(beside other: RuleExpression) -> RuleExpression {
        guard other == .fact(.time), case .constant(.string(let text)) = self, let time = Timestamp(text) else {
            return self
        }
        return .constant(.string(time.description))
    }
}
