import Actors
import EventSourcing

/// A value as a file writes it.
indirect enum RuleExpression: Hashable, Sendable {
    /// What a name without `event.` means: the state, or the element that `sum` looks at.
    enum Base: Hashable, Sendable {
        case event, state, element

        /// What is written before a name to mean a member of it.
        var word: String { self == .event ? "event" : "state" }
    }

    /// What is known of every event beside its payload.
    enum Fact: String, Hashable, Sendable, CaseIterable {
        case seq, time, type, writer

        /// What is known of one event.
        static func values(
            _ number: Int64, _ time: Timestamp, _ type: String, writer: String
        ) -> [Fact: JSONValue] {
            [
                .seq: .number(JSONNumber(number)), .time: .string(time.description), .type: .string(type),
                .writer: .string(writer),
            ]
        }
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
    case sum(Base, RulePath, RuleExpression)
    /// How many elements or members there are.
    case count(Base, RulePath)
    case terms([Term])
    case product([RuleExpression])
}

extension RuleExpression {
    /// Tells of this value and of every one within it.
    func visit(_ body: (RuleExpression) -> Void) {
        body(self)
        switch self {
        case .constant, .fact: break
        case .array(let elements): for element in elements { element.visit(body) }
        case .object(let members): for member in members { member.value.visit(body) }
        case .reference(_, let path, _), .count(_, let path): path.visit(body)
        case .sum(_, let path, let each):
            path.visit(body)
            each.visit(body)
        case .terms(let terms): for term in terms { term.value.visit(body) }
        case .product(let factors): for factor in factors { factor.visit(body) }
        }
    }
}

extension RulePath {
    /// Tells of every value that a step depends on.
    func visit(_ body: (RuleExpression) -> Void) {
        for step in steps {
            switch step {
            case .named(let expression), .matching(_, let expression): expression.visit(body)
            case .key, .index: break
            }
        }
    }
}
