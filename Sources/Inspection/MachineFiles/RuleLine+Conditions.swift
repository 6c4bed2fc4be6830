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
        let left = try value(scope)
        guard let comparison = try takeComparison() else { return .value(left) }
        let right = try value(scope)
        let column = column
        if try takeComparison() != nil {
            throw problem("two values are compared at a time, as in a < b and b < c", at: column)
        }
        return .comparison(left, comparison, right)
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
        return switch copy.peek() {
        case "+"?, "-"?, "*"?, "="?, "!"?, "<"?, ">"?: false
        default: true
        }
    }
}
