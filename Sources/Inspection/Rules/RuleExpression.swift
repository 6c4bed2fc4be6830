import EventSourcing

/// A value as a file writes it.
indirect enum RuleExpression: Hashable, Sendable {
    /// What a name without `event.` means: the state, or the element that `sum` looks at.
    enum Base: Hashable, Sendable {
        case event, state, element
    }

    /// What is known of every event beside its payload.
    enum Fact: String, Hashable, Sendable, CaseIterable {
        case seq, time, type, writer
    }

    struct Member: Hashable, Sendable {
        var key: String
        var value: RuleExpression
    }

    struct Term: Hashable, Sendable {
        var isNegative: Bool
        var value: RuleExpression
    }

    case constant(JSONValue)
    case array([RuleExpression])
    case object([Member])
    /// A value of the event or the state; `isOptional` where null stands for one that is not there.
    case reference(Base, RulePath, isOptional: Bool)
    case fact(Fact)
    /// The sum of a value over all elements of an array.
    case sum(RulePath, RuleExpression)
    /// How many elements or members there are.
    case count(RulePath)
    case terms([Term])
    case product([RuleExpression])
}
