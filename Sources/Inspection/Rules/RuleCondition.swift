import EventSourcing

/// A question that is true or false: when a row of a machine file is taken, or what a person looks for.
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
    /// A text that fits a pattern; see `TextPattern`.
    case like(RuleExpression, RuleExpression)
    /// A value that is one of an array's.
    case member(RuleExpression, RuleExpression)
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
        return truth(in: evaluation) == .holds
    }

    /// Whether a condition is true, or why that can't be told.
    enum Truth: Hashable {
        case holds
        case fails
        /// A value is missing or of another kind.
        case unknown(RuleFailure)

        init(_ holds: () throws(RuleFailure) -> Bool) {
            do {
                self = try holds() ? .holds : .fails
            } catch {
                self = .unknown(error)
            }
        }
    }

    /// Whether it is true; unknown where that can't be worked out.
    ///
    /// `and` is false with one false part and `or` is true with one true part, whatever the others are (S. C. Kleene,
    /// Introduction to Metamathematics, 1952, paragraph 64).
    func truth(in evaluation: RuleEvaluation) -> Truth {
        switch self {
        case .value(let expression):
            return Truth { () throws(RuleFailure) in
                let value = try evaluation.value(of: expression)
                guard let truth = value.bool else {
                    throw RuleFailure("a value is \(RuleEvaluation.kind(of: value)), and a condition is true or false")
                }
                return truth
            }
        case .comparison(let left, let comparison, let right):
            return Truth { () throws(RuleFailure) in
                let (left, right) = (try evaluation.value(of: left), try evaluation.value(of: right))
                try evaluation.budget.spend(comparing: left, right)
                return try comparison.holds(left, right)
            }
        case .like(let text, let pattern):
            return Truth { () throws(RuleFailure) in
                let (text, pattern) = (try evaluation.value(of: text), try evaluation.value(of: pattern))
                for value in [text, pattern] where value.string == nil {
                    throw RuleFailure("like is asked of \(RuleEvaluation.kind(of: value)), and needs texts")
                }
                return try TextPattern(pattern.string ?? "").matches(text.string ?? "", evaluation.budget)
            }
        case .member(let value, let list):
            return Truth { () throws(RuleFailure) in
                let (value, list) = (try evaluation.value(of: value), try evaluation.value(of: list))
                guard case .array(let elements) = list else {
                    throw RuleFailure("in is asked of \(RuleEvaluation.kind(of: list)), and needs an array")
                }
                try evaluation.budget.spend(comparing: value, list)
                return elements.contains { RuleEvaluation.areSame(value, $0) }
            }
        case .not(let condition):
            switch condition.truth(in: evaluation) {
            case .holds: return .fails
            case .fails: return .holds
            case .unknown(let failure): return .unknown(failure)
            }
        case .all(let conditions): return Self.truth(of: conditions, decidedBy: .fails, else: .holds, evaluation)
        case .any(let conditions): return Self.truth(of: conditions, decidedBy: .holds, else: .fails, evaluation)
        }
    }

    /// What one part decides alone; else unknown where one is, for the reason of the first such part.
    private static func truth(
        of conditions: [RuleCondition], decidedBy deciding: Truth, else other: Truth, _ evaluation: RuleEvaluation
    ) -> Truth {
        var result = other
        for condition in conditions {
            let truth = condition.truth(in: evaluation)
            if truth == deciding { return truth }
            if truth != other, result == other { result = truth }
        }
        return result
    }

    /// Tells of every value in it.
    func visit(_ body: (RuleExpression) -> Void) {
        switch self {
        case .value(let value): value.visit(body)
        case .comparison(let left, _, let right), .like(let left, let right), .member(let left, let right):
            left.visit(body)
            right.visit(body)
        case .not(let condition): condition.visit(body)
        case .all(let conditions), .any(let conditions): for condition in conditions { condition.visit(body) }
        }
    }
}

extension RuleCondition.Comparison {
    /// Compares two values; throws for an order that they do not have.
    fileprivate func holds(_ left: JSONValue, _ right: JSONValue) throws(RuleFailure) -> Bool {
        switch self {
        case .equal: RuleEvaluation.areSame(left, right)
        case .unequal: !RuleEvaluation.areSame(left, right)
        case .less: try Self.order(left, right) < 0
        case .atMost: try Self.order(left, right) <= 0
        case .greater: try Self.order(left, right) > 0
        case .atLeast: try Self.order(left, right) >= 0
        }
    }

    /// Below zero where the first one comes before the second; throws for what is neither two numbers nor two texts.
    private static func order(_ left: JSONValue, _ right: JSONValue) throws(RuleFailure) -> Int {
        switch (left, right) {
        case (.number(let left), .number(let right)):
            guard let order = ExactNumber(left).flatMap({ left in ExactNumber(right).flatMap { left.order(to: $0) } })
            else { throw RuleFailure("a number is beyond what can be counted") }
            return order
        case (.string(let left), .string(let right)): return left == right ? 0 : left < right ? -1 : 1
        default:
            throw RuleFailure(
                "\(RuleEvaluation.kind(of: left)) and \(RuleEvaluation.kind(of: right)) have no order")
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
