import EventSourcing
import Inspection
import Terminal

/// The list of subscriptions, and the chosen one beside it.
extension Workbench {
    mutating func performInReactions(_ id: Command.ID) {
        switch id {
        case .reactions: showReactions()
        case .filterReactions: model.prompt = Prompt(.reactionText)
        default: goToFailedEvent()
        }
    }

    private mutating func showReactions() {
        if model.place != .reactions { model.reactions.isStale = true }
        if model.state.tab != .reactions { model.reactions.tabBefore = model.state.tab }
        model.place = .reactions
        show(.reactions)
        focus(on: .timeline)
    }

    /// Where the list is left, its tab goes, too.
    mutating func leaveReactionTab() {
        guard model.place != .reactions, model.state.tab == .reactions else { return }
        show(model.reactions.tabBefore)
    }

    mutating func filterReactions(_ text: String) {
        guard text != model.reactions.text else { return }
        stop(.reactions)
        model.reactions.text = text
        model.reactions.cursor = ListCursor()
        model.reactions.isStale = true
    }

    // MARK: - What is asked for

    mutating func askForReactions() {
        if model.reactions.isStale, !model.requests.isOpen(.reactions) {
            // What changes while it is read makes it stale again.
            model.reactions.isStale = false
            ask(.reactions(model.reactions.query), for: .reactions)
        }
        guard let position = model.reactions.failedPosition else {
            stop(.failedEvent)
            return
        }
        if model.reactions.failedFor != position { want(.event(position: position), for: .failedEvent) }
    }

    /// Waits until a lease that is looked at runs out, or a due time comes; where none does, nothing is waited for.
    mutating func askForReactionTime() {
        guard model.place == .reactions, !model.reactions.isStale, !model.requests.isOpen(.reactions),
            let pause = model.reactions.view?.pause
        else { return stop(.reactionTime) }
        want(.wait(milliseconds: pause), for: .reactionTime)
    }

    mutating func take(_ view: ReactionsView, to question: Question?) {
        guard question == .reactions(model.reactions.query) else { return }
        let wasCut = model.reactions.view?.isCut == true
        model.reactions.take(view, seen: model.reactionRows)
        if view.isCut, !wasCut {
            model.message = StatusMessage(
                "only the first \(view.subscriptions.count) are listed: / shows those with a prefix")
        }
    }

    mutating func take(_ event: EventRow?, to question: Question?) {
        guard case .event(let position)? = question else { return }
        model.reactions.failed = event.flatMap { $0.position == position && $0.sequenceNumber > 0 ? $0 : nil }
        model.reactions.failedFor = position
    }

    // MARK: - The cursor

    mutating func moveInReactions(_ id: Command.ID, count: Int?) {
        let lines = model.reactions.view?.subscriptions.count ?? 0
        let rows = model.reactionRows
        let line = target(id, count, from: model.reactions.cursor.selected, of: lines, rows)
        model.reactions.cursor.move(to: line, of: lines, seen: rows)
        model.state.trees[.reactions] = nil
    }

    /// Goes to the event at which the chosen one failed, else to the stream that it writes to.
    mutating func enterReaction() {
        guard let chosen = model.reactions.chosen else { return }
        if model.reactions.failedPosition != nil {
            goToFailedEvent()
        } else {
            goTo(Address(id: chosen.subscription.target, sequenceNumber: nil))
        }
    }

    mutating func goToFailedEvent() {
        guard let position = model.reactions.failedPosition else { return }
        guard model.reactions.failedFor == position else {
            model.message = StatusMessage("that event is not read yet")
            return
        }
        guard let event = model.reactions.failed else {
            model.message = StatusMessage("there is no event at position \(position) any more", .failure)
            return
        }
        goTo(Address(id: event.persistenceID, sequenceNumber: event.sequenceNumber))
    }
}

extension Model {
    /// Whether the second pane has the keys and shows a subscription.
    var isReactionShown: Bool { focus == .state && state.tab == .reactions }

    /// Why there is no event at which the chosen subscription failed; nil where there is one.
    var whyNoFailedEvent: DisplayText? {
        guard reactions.chosen != nil else { return "there is no subscription here: gR lists them" }
        return reactions.failedPosition == nil ? "nothing failed here: Enter opens the stream that it writes to" : nil
    }
}
