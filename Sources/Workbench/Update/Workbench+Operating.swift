import EventSourcing
import Inspection
import Terminal

/// Unblocking and resetting subscriptions: first what would be done is said, and only `y` does it.
extension Workbench {
    /// Says what would be done to the chosen subscription, or to all that are listed.
    mutating func preview(_ kind: ReactionOperation.Kind, _ argument: String) {
        guard argument.isEmpty || argument == "all" else {
            model.message = StatusMessage(
                "say :\(kind.word) for the chosen one, or :\(kind.word) all for those that are listed", .failure)
            return
        }
        let listed = argument == "all" ? model.reactions.view?.subscriptions ?? [] : []
        let meant = argument == "all" ? listed : [model.reactions.chosen].compactMap(\.self)
        let rows = kind == .unblock ? meant.filter { $0.standing == .blocked } : meant
        guard let first = rows.first?.subscription else {
            model.message = StatusMessage(argument == "all" ? "none of these is blocked" : "this one is not blocked")
            return
        }
        let groups = Dictionary(grouping: rows.map(\.subscription)) { Array($0.application.utf8) }
        model.reactions.pending = groups.values.sorted { $0[0].application < $1[0].application }.map { rows in
            ReactionOperation(kind, rows.map(\.target), of: rows[0].application)
        }
        var text: DisplayText = "would \(kind.word) \(rows.count): \(first.target.description, as: .name)"
        if rows.count > 1 { text += " and \(rows.count - 1) more" }
        if kind == .reset { text += ", from the first event on" }
        model.reactions.question = "y/n: " + text
        model.message = StatusMessage(model.reactions.question, .warning)
    }

    /// Takes the key behind the question; whether there was a question.
    mutating func answerPreview(_ key: Key) -> Bool {
        guard !model.reactions.pending.isEmpty else { return false }
        let operations = model.reactions.pending
        model.reactions.pending = []
        if key == .character("y"), model.place == .reactions {
            ask(.operate(operations), for: .operation)
        } else {
            model.message = StatusMessage("nothing was changed")
        }
        return true
    }
}

extension Model {
    /// Why subscriptions can't be changed here; nil where they can.
    var whyNoOperation: DisplayText? {
        guard place == .reactions, reactions.chosen != nil else {
            return "there is no subscription here: gR lists them"
        }
        // Nothing is done after a question that nobody could read.
        if layout.form == .oneLine { return "this needs 30 x 6" }
        switch session.mode {
        case .demo, .write, .sandbox: return nil
        case .readOnly:
            return "this file is only looked at: :sandbox tries it on a copy, :open --write changes the file"
        }
    }
}
