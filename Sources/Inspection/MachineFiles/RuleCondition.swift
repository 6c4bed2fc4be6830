import EventSourcing

/// When a row of a machine file is taken.
indirect enum RuleCondition: Hashable, Sendable {
    /// How two values are compared.
    enum Comparison: String, Hashable, Sendable, CaseIterable {
        case equal = "="
        case unequal = "!="
        case less = "<"
        case atMost = "<="
        case greater = ">"
        case atLeast = ">="
    }

    /// A value that is true.
    case value(RuleExpression)
    case comparison(RuleExpression, Comparison, RuleExpression)
    case not(RuleCondition)
    case all([RuleCondition])
    case any([RuleCondition])
}

extension RuleCondition {
    /// What all conditions of a machine may cost together: they are tried one after the other, for each event that may come,
    /// and a person waits for the answer while typing.
    private static let mostSteps = 100_000
    /// What a condition may cost among however many.
    private static let fewestSteps = 2_000

    /// What each may cost of so many.
    static func steps(sharedBy count: Int) -> Int { max(fewestSteps, mostSteps / max(1, count)) }

    /// Whether the condition holds; one that can't be worked out does not.
    ///
    /// - Parameters:
    ///   - state: the values of the instance.
    ///   - event: those of the event.
    ///   - steps: what it may cost.
    func holds(state: JSONValue, event: JSONValue, atMost steps: Int) -> Bool {
        let evaluation = RuleEvaluation(state: state, payload: event, facts: [:], RuleBudget(steps))
        return truth(in: evaluation) == true
    }

    /// Whether it is true; nil where that can't be worked out, be it that a value is missing or of another kind.
    ///
    /// `and` is false with one false part and `or` is true with one true part, whatever the others are (S. C. Kleene,
    /// Introduction to Metamathematics, 1952, paragraph 64).
    private func truth(in evaluation: RuleEvaluation) -> Bool? {
        switch self {
        case .value(let expression): return try? evaluation.value(of: expression).bool
        case .comparison(let left, let comparison, let right):
            guard let left = try? evaluation.value(of: left), let right = try? evaluation.value(of: right),
                (try? evaluation.budget.spend(comparing: left, right)) != nil
            else { return nil }
            return comparison.holds(left, right)
        case .not(let condition): return condition.truth(in: evaluation).map { !$0 }
        case .all(let conditions):
            var isKnown = true
            for condition in conditions {
                switch condition.truth(in: evaluation) {
                case true?: break
                case false?: return false
                case nil: isKnown = false
                }
            }
            return isKnown ? true : nil
        case .any(let conditions):
            var isKnown = true
            for condition in conditions {
                switch condition.truth(in: evaluation) {
                case true?: return true
                case false?: break
                case nil: isKnown = false
                }
            }
            return isKnown ? false : nil
        }
    }
}

extension RuleCondition.Comparison {
    /// Compares two values; nil for an order that they do not have.
    fileprivate func holds(_ left: JSONValue, _ right: JSONValue) -> Bool? {
        switch self {
        case .equal: return RuleEvaluation.areSame(left, right)
        case .unequal: return !RuleEvaluation.areSame(left, right)
        case .less: return Self.order(left, right).map { $0 < 0 }
        case .atMost: return Self.order(left, right).map { $0 <= 0 }
        case .greater: return Self.order(left, right).map { $0 > 0 }
        case .atLeast: return Self.order(left, right).map { $0 >= 0 }
        }
    }

    /// Below zero where the first one comes before the second; nil for what is neither two numbers nor two texts.
    private static func order(_ left: JSONValue, _ right: JSONValue) -> Int? {
        switch (left, right) {
        case (.number(let left), .number(let right)):
            guard let left = ExactNumber(left), let right = ExactNumber(right) else { return nil }
            return left.order(to: right)
        case (.string(let left), .string(let right)): return left == right ? 0 : left < right ? -1 : 1
        default: return nil
        }
    }
}

extension RuleBudget {
    /// How many bytes of values are compared in a step.
    private static let bytesPerStep = 256

    /// Takes the steps away that a comparison costs.
    fileprivate func spend(comparing left: JSONValue, _ right: JSONValue) throws(RuleFailure) {
        for value in [left, right] {
            let cost = value.cost(deepest: RuleTree.deepest + 1, limit: RuleTree.mostBytes) ?? RuleTree.mostBytes
            try spend(cost / Self.bytesPerStep)
        }
    }
}
