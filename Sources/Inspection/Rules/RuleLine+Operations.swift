extension RuleLine {
    /// What stands behind a verb, up to the end of the line.
    ///
    /// - Parameters:
    ///   - verb: what is done.
    ///   - scope: what names mean.
    ///   - start: the verb's column.
    mutating func operation(
        _ verb: RuleOperation.Verb, _ scope: Scope, from start: Int
    ) throws(Problem) -> RuleOperation {
        var operation = RuleOperation(
            verb: verb, path: RulePath(steps: []), value: nil, line: number, column: start)
        switch verb {
        case .set:
            operation.path = try path(scope)
            guard take(word: "to") else { throw expected("'to' and a value, as in 'set status to \"paid\"'") }
            operation.value = try value(scope)
        case .add, .append:
            operation.value = try value(scope)
            guard take(word: "to") else {
                let example = verb == .add ? "add event.amount to balance" : "append event.text to notes"
                throw expected("'to' and a place in the state, as in '\(example)'")
            }
            operation.path = try path(scope)
        case .remove:
            let place = column
            operation.path = try path(scope)
            if operation.path.steps.isEmpty {
                throw problem("the state as a whole can't be removed; 'set state to {}' empties it", at: place)
            }
        }
        try requireEnd("the operation")
        return operation
    }
}
