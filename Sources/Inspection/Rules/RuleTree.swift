import EventSourcing

/// A state's tree while operations change it, each of which can be taken back.
struct RuleTree: Sendable {
    /// What a state may hold, as it is estimated, in bytes.
    static let mostBytes = 64 << 20
    /// How many bytes of a value are measured in a step.
    private static let bytesPerStep = 256
    /// How deep a state may be nested: it is compared, drawn and freed by recursion.
    static let deepest = JSONReader.deepestNesting

    /// What undoes one change.
    private enum WayBack {
        /// Something else stood at these positions.
        case put([Int], JSONValue)
        /// The container at these positions got one more part.
        case dropLast([Int])
    }

    struct Mark {
        fileprivate var count: Int
        fileprivate var cost: Int
    }

    private(set) var root: JSONValue
    private var wayBack: [WayBack] = []
    /// At least what the tree holds: what was replaced is counted until it is measured again.
    private var cost = 0

    init(_ root: JSONValue) { self.root = root }

    var mark: Mark { Mark(count: wayBack.count, cost: cost) }

    mutating func takeBack(to mark: Mark) {
        while wayBack.count > mark.count, let last = wayBack.popLast() {
            switch last {
            case .put(let positions, let value): root.edit(at: positions[...]) { $0 = value }
            case .dropLast(let positions): root.edit(at: positions[...]) { $0.dropLastPart() }
            }
        }
        cost = mark.cost
    }

    mutating func forgetWayBack() { wayBack.removeAll(keepingCapacity: true) }

    // MARK: - Operations

    mutating func perform(
        _ operation: RuleOperation, payload: JSONValue?, facts: [RuleExpression.Fact: JSONValue],
        _ budget: RuleBudget
    ) throws(RuleFailure) {
        let change: Change?
        do {
            // The evaluation holds the tree, and must be gone before the tree is changed, else all of it is copied.
            let evaluation = RuleEvaluation(state: root, payload: payload, facts: facts, budget)
            change = try self.change(operation, evaluation)
        }
        if let change { try make(change, operation.path, budget) }
    }

    /// A change that is known to fit.
    private enum Change {
        case put([Int], JSONValue)
        case append([Int], JSONValue, key: String?)
        case removeMember([Int], key: String)
        case removeElements([Int], places: [Int])
    }

    private func change(_ operation: RuleOperation, _ evaluation: RuleEvaluation) throws(RuleFailure) -> Change? {
        if operation.verb == .remove { return try removal(operation.path, evaluation) }
        let value: JSONValue
        if operation.verb == .add, let amount = operation.value {
            value = .number(try evaluation.number(of: amount).number)
        } else {
            value =
                try operation.value.map { expression throws(RuleFailure) in try evaluation.value(of: expression) }
                ?? .null
        }
        let path = operation.path
        var (positions, current) = ([Int](), root)
        for (index, step) in path.steps.enumerated() {
            switch try located(step, in: current, path, upTo: index, evaluation) {
            case .member(let position):
                positions.append(position)
                current = current.object?[position].value ?? .null
            case .element(let position):
                positions.append(position)
                current = current[position] ?? .null
            case .missing(let missing):
                let inner = operation.verb == .append ? JSONValue.array([value]) : value
                let built = try Self.built(inner, below: path.steps[(index + 1)...], path, evaluation)
                return try Self.creation(
                    of: missing, holding: built, isLast: index == path.steps.count - 1, in: current, at: positions, path
                )
            }
        }
        return try Self.change(current, by: operation.verb, value, at: positions, path)
    }

    /// What an operation makes of a value that is there.
    private static func change(
        _ current: JSONValue, by verb: RuleOperation.Verb, _ value: JSONValue, at positions: [Int], _ path: RulePath
    ) throws(RuleFailure) -> Change {
        switch (verb, current, value) {
        case (.add, .number(let number), .number(let amount)):
            let sum = try RuleEvaluation.countable(
                try RuleEvaluation.countable(ExactNumber(number)).adding(
                    try RuleEvaluation.countable(ExactNumber(amount))))
            return .put(positions, .number(sum.number))
        case (.add, .null, _), (.set, _, _): return .put(positions, value)
        case (.add, _, _):
            throw RuleFailure("\(path) is \(RuleEvaluation.kind(of: current)), and only to a number can be added")
        case (.append, .array, _): return .append(positions, value, key: nil)
        case (.append, .null, _): return .put(positions, .array([value]))
        case (.append, _, _):
            throw RuleFailure("\(path) is \(RuleEvaluation.kind(of: current)), and only to an array can be appended")
        case (.remove, _, _): throw RuleFailure("\(path) can't be removed")
        }
    }

    private func removal(_ path: RulePath, _ evaluation: RuleEvaluation) throws(RuleFailure) -> Change? {
        var (positions, current) = ([Int](), root)
        for (index, step) in path.steps.enumerated() {
            let isLast = index == path.steps.count - 1
            if isLast, case .matching(let key, let expression) = step, case .array(let elements) = current {
                let wanted = try evaluation.value(of: expression)
                try evaluation.budget.spend(elements.count)
                let places = elements.indices.filter { RuleEvaluation.matches(elements[$0], key, wanted) }
                return places.isEmpty ? nil : .removeElements(positions, places: places)
            }
            switch try located(step, in: current, path, upTo: index, evaluation) {
            case .missing: return nil
            case .member(let position):
                if isLast { return .removeMember(positions, key: current.object?[position].key ?? "") }
                positions.append(position)
                current = current.object?[position].value ?? .null
            case .element(let position):
                if isLast { return .removeElements(positions, places: [position]) }
                positions.append(position)
                current = current[position] ?? .null
            }
        }
        return nil
    }

    /// Where a step goes; an error says how far the path went.
    private func located(
        _ step: RulePath.Step, in current: JSONValue, _ path: RulePath, upTo index: Int, _ evaluation: RuleEvaluation
    ) throws(RuleFailure) -> RuleEvaluation.Place {
        do {
            return try evaluation.resolved(step, in: current)
        } catch {
            let before = RulePath(steps: Array(path.steps[..<index]))
            throw RuleFailure("\(error.clause), at \(before)", isAboutPayload: error.isAboutPayload)
        }
    }

    // MARK: - What is missing

    /// A value with all that must stand around it.
    private static func built(
        _ value: JSONValue, below steps: ArraySlice<RulePath.Step>, _ path: RulePath, _ evaluation: RuleEvaluation
    ) throws(RuleFailure) -> JSONValue {
        var value = value
        for (offset, step) in steps.enumerated().reversed() {
            switch try evaluation.resolved(step, in: .null) {
            case .missing(.member(let key)): value = .object([key: value])
            case .missing(.element(let key, let wanted)):
                value = .array([try element(key, wanted, holding: value, isLast: offset == steps.count - 1, path)])
            default: throw noPlace(path)
            }
        }
        return value
    }

    private static func creation(
        of missing: RuleEvaluation.Place.Missing, holding value: JSONValue, isLast: Bool, in current: JSONValue,
        at positions: [Int], _ path: RulePath
    ) throws(RuleFailure) -> Change {
        switch missing {
        case .member(let key):
            if case .object = current { return .append(positions, value, key: key) }
            return .put(positions, .object([key: value]))
        case .element(let key, let wanted):
            let new = try element(key, wanted, holding: value, isLast: isLast, path)
            if case .array = current { return .append(positions, new, key: nil) }
            return .put(positions, .array([new]))
        case .index: throw noPlace(path)
        }
    }

    /// A new element, which has what it is looked for by.
    private static func element(
        _ key: String?, _ wanted: JSONValue, holding value: JSONValue, isLast: Bool, _ path: RulePath
    ) throws(RuleFailure) -> JSONValue {
        if isLast { return value }
        guard let key, case .object(let members) = value else { throw noPlace(path) }
        var object: JSONObject = [key: wanted]
        for member in members { object[member.key] = member.value }
        return .object(object)
    }

    private static func noPlace(_ path: RulePath) -> RuleFailure {
        RuleFailure("the array has no such place, at \(path); append makes one")
    }

    // MARK: - Making it so

    private mutating func make(_ change: Change, _ path: RulePath, _ budget: RuleBudget) throws(RuleFailure) {
        switch change {
        case .put(let positions, let value):
            let added = try measured(value, below: positions.count, path, budget)
            var before = JSONValue.null
            root.edit(at: positions[...]) { place in
                before = place
                place = value
            }
            wayBack.append(.put(positions, before))
            try count(added, path, budget)
        case .append(let positions, let value, let key):
            let added = try measured(value, below: positions.count + 1, path, budget)
            root.edit(at: positions[...]) { $0.appendPart(value, key: key) }
            wayBack.append(.dropLast(positions))
            try count(added, path, budget)
        case .removeMember(let positions, let key):
            var before = JSONValue.null
            root.edit(at: positions[...]) { place in
                before = place
                if case .object(var object) = place {
                    object[key] = nil
                    place = .object(object)
                }
            }
            wayBack.append(.put(positions, before))
        case .removeElements(let positions, let places):
            var before = JSONValue.null
            let gone = Set(places)
            root.edit(at: positions[...]) { place in
                before = place
                if case .array(let elements) = place {
                    place = .array(elements.indices.filter { !gone.contains($0) }.map { elements[$0] })
                }
            }
            wayBack.append(.put(positions, before))
        }
    }

    private func measured(
        _ value: JSONValue, below depth: Int, _ path: RulePath, _ budget: RuleBudget
    ) throws(RuleFailure) -> Int {
        guard let cost = value.cost(deepest: Self.deepest - depth, limit: Self.mostBytes) else {
            throw RuleFailure(
                "\(path) would be nested deeper than \(Self.deepest) levels or hold more than \(Self.mostBytes >> 20) MiB"
            )
        }
        try budget.spend(cost / Self.bytesPerStep)
        return cost
    }

    private mutating func count(_ added: Int, _ path: RulePath, _ budget: RuleBudget) throws(RuleFailure) {
        cost += added
        if cost <= Self.mostBytes { return }
        guard let whole = root.cost(deepest: Self.deepest + 1, limit: Self.mostBytes) else {
            throw RuleFailure("the state would hold more than \(Self.mostBytes >> 20) MiB, at \(path)")
        }
        cost = whole
        try budget.spend(whole / Self.bytesPerStep)
    }
}
