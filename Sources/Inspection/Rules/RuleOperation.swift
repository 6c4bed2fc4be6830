/// One line of a file that changes the state.
struct RuleOperation: Hashable, Sendable {
    enum Verb: String, Hashable, Sendable, CaseIterable {
        case set, add, append, remove
    }

    var verb: Verb
    var path: RulePath
    /// Nil where something is removed.
    var value: RuleExpression?
    /// Its line in the file, from 1.
    var line: Int
    /// The column of its verb, from 1.
    var column: Int
}
