import EventSourcing

/// Finds the values that an operation speaks of.
struct RuleEvaluation {
    let state: JSONValue
    /// The payload; nil where there is no event.
    let payload: JSONValue?
    let facts: [RuleExpression.Fact: JSONValue]
    /// What is left of the work that may be done.
    let budget: RuleBudget
    /// The element that `sum` is at.
    var element: JSONValue?

    init(
        state: JSONValue, payload: JSONValue?, facts: [RuleExpression.Fact: JSONValue], _ budget: RuleBudget
    ) {
        self.budget = budget
        self.state = state
        self.payload = payload
        self.facts = facts
    }

    /// The value; the recursion is as deep as the file's values, which the parser has bounded.
    func value(of expression: RuleExpression) throws(RuleFailure) -> JSONValue {
        try budget.spend()
        switch expression {
        case .constant(let value): return value
        case .array(let elements):
            var values: [JSONValue] = []
            for element in elements { values.append(try value(of: element)) }
            return .array(values)
        case .object(let members):
            var values: [JSONObject.Member] = []
            for member in members { values.append(.init(member.key, try value(of: member.value))) }
            return .object(JSONObject(values))
        case .reference(let base, let path, let isOptional):
            if let value = try find(base, path) { return value }
            if isOptional { return .null }
            throw missing(base, path)
        case .fact(let fact):
            guard let value = facts[fact] else { throw Self.noEvent }
            return value
        case .sum(let base, let path, let each): return .number(try sum(over: base, path, of: each).number)
        case .count(let base, let path):
            switch try find(base, path) {
            case .array(let elements)?: return .number(JSONNumber(elements.count))
            case .object(let object)?: return .number(JSONNumber(object.count))
            case nil, .null?: return .number(JSONNumber(0))
            case let other?:
                throw RuleFailure("\(path) is \(Self.kind(of: other)), and count needs an array or an object")
            }
        case .terms(let terms):
            var sum = ExactNumber.zero
            for (index, term) in terms.enumerated() {
                let number = try number(of: term.value)
                sum =
                    index == 0
                    ? (term.isNegative ? number.negated : number)
                    : try Self.countable(sum.adding(term.isNegative ? number.negated : number))
            }
            return .number(sum.number)
        case .product(let factors):
            var product = ExactNumber(1)
            for factor in factors { product = try Self.countable(product.times(try number(of: factor))) }
            return .number(product.number)
        }
    }

    /// The value as a number.
    func number(of expression: RuleExpression) throws(RuleFailure) -> ExactNumber {
        let value = try value(of: expression)
        guard case .number(let number) = value else {
            let (what, isAboutPayload): (String, Bool) =
                switch expression {
                case .reference(.event, let path, _): (Self.field(path), true)
                case .reference(_, let path, _): ("\(path)", false)
                case .fact(let fact): (fact.rawValue, false)
                default: ("the value", false)
                }
            throw RuleFailure(
                "\(what) is \(Self.kind(of: value)), and only numbers can be counted with",
                isAboutPayload: isAboutPayload)
        }
        return try Self.countable(ExactNumber(number))
    }

    static func countable(_ number: ExactNumber?) throws(RuleFailure) -> ExactNumber {
        guard let number else { throw RuleFailure("a number is beyond what can be counted") }
        return number
    }

    private func sum(
        over base: RuleExpression.Base, _ path: RulePath, of each: RuleExpression
    ) throws(RuleFailure) -> ExactNumber {
        var sum = ExactNumber.zero
        switch try find(base, path) {
        case .array(let elements)?:
            var inner = self
            for element in elements {
                inner.element = element
                sum = try Self.countable(sum.adding(try inner.number(of: each)))
            }
        case nil, .null?: break
        case let other?: throw RuleFailure("\(path) is \(Self.kind(of: other)), and sum needs an array")
        }
        return sum
    }

    // MARK: - Paths

    /// The value at a path; nil where there is none.
    private func find(_ base: RuleExpression.Base, _ path: RulePath) throws(RuleFailure) -> JSONValue? {
        // What is not known is not null, also where null stands for what is not there.
        if base == .event, payload == nil {
            throw facts.isEmpty ? Self.noEvent : RuleFailure("the event can't be read", isAboutPayload: true)
        }
        var value: JSONValue? =
            switch base {
            case .event: payload
            case .state: state
            case .element: element
            }
        for step in path.steps {
            guard let container = value else { return nil }
            switch try resolved(step, in: container) {
            case .member(let position): value = container.object?[position].value
            case .element(let position): value = container[position]
            case .missing: return nil
            }
        }
        return value
    }

    private func missing(_ base: RuleExpression.Base, _ path: RulePath) -> RuleFailure {
        switch base {
        case .event: return RuleFailure("the event has no \(Self.field(path))", isAboutPayload: true)
        case .element: return RuleFailure("an element has no \(path)")
        case .state:
            let isWord = path.steps.count == 1
            return RuleFailure(
                "the state has no \(path)"
                    + (isWord ? "; a text is written in quotes, an event's field as event.\(path)" : ""))
        }
    }

    private static let noEvent = RuleFailure("the event is not known")

    private static func field(_ path: RulePath) -> String { path.steps.isEmpty ? "payload" : "field \(path)" }

    /// Where a step goes in a value.
    enum Place: Hashable {
        case member(Int)
        case element(Int)
        /// Nothing is there, and this is what could be.
        case missing(Missing)

        enum Missing: Hashable {
            case member(String)
            case element(key: String?, JSONValue)
            /// An array has no such place.
            case index(Int)
        }
    }

    /// Finds where a step goes; throws where the value has no such parts at all.
    func resolved(_ step: RulePath.Step, in container: JSONValue) throws(RuleFailure) -> Place {
        switch step {
        case .key(let key): return try member(key, in: container)
        case .index(let index): return try element(index, in: container)
        case .named(let expression):
            switch try value(of: expression) {
            case .string(let key): return try member(key, in: container)
            case .number(let number):
                if case .array = container, let index = number.int64.flatMap(Int.init(exactly:)) {
                    return try element(index, in: container)
                }
                return try member(number.text, in: container)
            case .bool(let value): return try member(value ? "true" : "false", in: container)
            case let other: throw RuleFailure("a place can't be named by \(Self.kind(of: other))")
            }
        case .matching(let key, let expression):
            let wanted = try value(of: expression)
            switch container {
            case .array(let elements):
                try budget.spend(elements.count)
                if let index = elements.firstIndex(where: { Self.matches($0, key, wanted) }) { return .element(index) }
                return .missing(.element(key: key, wanted))
            case .null: return .missing(.element(key: key, wanted))
            default: throw RuleFailure("\(Self.kind(of: container)) stands where an array was expected")
            }
        }
    }

    static func matches(_ element: JSONValue, _ key: String?, _ wanted: JSONValue) -> Bool {
        guard let key else { return areSame(element, wanted) }
        return element[key].map { areSame($0, wanted) } ?? false
    }

    /// Whether two values are the same; numbers are, however they are written.
    static func areSame(_ left: JSONValue, _ right: JSONValue) -> Bool {
        if left == right { return true }
        guard case .number(let left) = left, case .number(let right) = right, let left = ExactNumber(left),
            let right = ExactNumber(right)
        else { return false }
        return left.isEqual(to: right)
    }

    private func member(_ key: String, in container: JSONValue) throws(RuleFailure) -> Place {
        switch container {
        case .object(let object):
            object.lastIndex { $0.key == key }.map(Place.member) ?? .missing(.member(key))
        case .null: .missing(.member(key))
        default: throw RuleFailure("\(Self.kind(of: container)) stands where an object with members was expected")
        }
    }

    private func element(_ index: Int, in container: JSONValue) throws(RuleFailure) -> Place {
        switch container {
        case .array(let elements):
            let place = index < 0 ? elements.count + index : index
            return elements.indices.contains(place) ? .element(place) : .missing(.index(index))
        case .null: return .missing(.index(index))
        default: throw RuleFailure("\(Self.kind(of: container)) stands where an array was expected")
        }
    }

    /// What a value is, as it stands in a sentence.
    static func kind(of value: JSONValue) -> String {
        switch value {
        case .null: "null"
        case .bool: "true or false"
        case .number: "a number"
        case .string: "a text"
        case .array: "an array"
        case .object: "an object"
        }
    }
}
