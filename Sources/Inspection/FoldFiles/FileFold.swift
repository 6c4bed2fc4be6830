import Actors
import EventSourcing

/// A state that is folded by the rules of a fold file.
struct FileFold: FoldedState {
    private let rules: FoldRules
    /// The last part of the file's name.
    private let file: String
    private var state: RuleTree

    /// Makes the empty state; throws where `start` does not fit.
    init(_ rules: FoldRules, from file: String) throws(RuleFileError) {
        self.rules = rules
        self.file = file.split(separator: "/").last.map(String.init) ?? file
        state = RuleTree(.object(JSONObject()))
        let budget = RuleBudget()
        for operation in rules.start {
            do {
                try state.perform(operation, payload: nil, facts: [:], budget)
            } catch {
                throw RuleFileError(
                    file: file, line: operation.line, column: operation.column,
                    message: "the empty state can't be made: \(error.clause)")
            }
        }
    }

    /// The state that a snapshot holds.
    init(_ empty: FileFold, restored tree: JSONValue) {
        self = empty
        state = RuleTree(tree)
    }

    mutating func fold(_ event: borrowing StoredEvent) throws {
        guard let operations = rules.events[event.type] ?? rules.others else {
            throw RuleFailure(
                "\(file) does not name this event type; 'event *' speaks of every other one", isAboutPayload: true)
        }
        if operations.isEmpty { return }
        let payload = try event.withPayload { try JSONReader().read($0).value }
        let facts = RuleExpression.Fact.values(
            event.sequenceNumber, event.timestamp, event.type, writer: event.writer.description)
        // Changed in place and taken back where one fails: a copy would cost as much as the state is large.
        let before = state.mark
        let budget = RuleBudget()
        for operation in operations {
            do {
                try state.perform(operation, payload: payload, facts: facts, budget)
            } catch {
                state.takeBack(to: before)
                var failure = error
                failure.place = "\(file) line \(operation.line)"
                throw failure
            }
        }
        state.forgetWayBack()
    }

    func tree() -> JSONValue { state.root }
}
