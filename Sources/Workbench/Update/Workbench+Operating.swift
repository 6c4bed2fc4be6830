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
            let isAll = argument == "all"
            model.message = StatusMessage(
                kind == .unblock
                    ? isAll ? "none of these is blocked" : "this one is not blocked" : "nothing is listed to be reset")
            return
        }
        let groups = Dictionary(grouping: rows.map(\.subscription)) { Array($0.application.utf8) }
        model.reactions.pending = groups.values.sorted { $0[0].application < $1[0].application }.map { rows in
            ReactionOperation(kind, rows.map(\.target), of: rows[0].application)
        }
        var text: DisplayText = "would \(kind.word) \(rows.count): \(first.target.description, as: .name)"
        if rows.count > 1 { text += " and \(rows.count - 1) more" }
        if kind == .reset { text += ", from the first event on" }
        ask(text + consequence)
    }

    /// Says what would be cancelled: what runs for the chosen subscription, else the only one that runs, or what runs for a
    /// target.
    mutating func previewCancelling(_ argument: String) {
        let running = model.reactions.view?.running ?? []
        let chosen = model.reactions.chosen.flatMap { model.reactions.view?.running(for: $0.subscription) }
        let meant =
            argument.isEmpty
            ? [chosen ?? (running.count == 1 ? running[0] : nil)].compactMap(\.self)
            : running.filter { $0.target.description.utf8.elementsEqual(argument.utf8) }
        guard let first = meant.first else {
            model.message = StatusMessage(
                argument.isEmpty
                    ? "nothing runs for this one: choose one that runs, or say :cancel TARGET"
                    : "nothing runs for \(argument, as: .name) here")
            return
        }
        model.reactions.pending = meant.map { ReactionOperation(.cancel, [$0.target], of: $0.application) }
        ask(
            "would cancel \(first.reaction, as: .name) for \(first.target.description, as: .name): a failed try, "
                + "after which it waits to be tried again")
    }

    private mutating func ask(_ question: DisplayText) {
        model.reactions.question = "y/n: " + question
        model.message = StatusMessage(model.reactions.question, .warning)
    }

    /// What follows by itself: the reactions of an application that runs here happen, and one that could begins.
    private var consequence: DisplayText {
        let names = model.reactions.pending.map(\.application)
        let known = names.compactMap { model.reactions.view?.application($0) }
        if let begun = known.first(where: { $0.presence == .begins }) {
            return "; then \(begun.name, as: .name) runs here, and its reactions happen"
        }
        if known.contains(where: { $0.presence == .runs }) { return "; then its reactions happen" }
        return "; \(names[0], as: .name) does not run here, so only that is noted"
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
            return "only looked at, no reaction runs: :sandbox tries it on a copy, :open --write changes the file"
        }
    }

    /// Why there is nothing to cancel; nil where something runs.
    var whyNothingToCancel: DisplayText? {
        if layout.form == .oneLine { return "this needs 30 x 6" }
        guard place == .reactions else { return "gR lists what runs" }
        return reactions.view?.running.isEmpty == false ? nil : "no reaction runs in this process now"
    }
}
