import EventSourcing
import Inspection
import Terminal

/// The lowest lines: the store's size, what is to be said, the line that is being typed, and the hints.
extension Screen {
    /// Left the store, right the message.
    mutating func drawStatus() {
        let area = layout.status
        guard !area.isEmpty, model.prompt == nil else { return }
        let (text, role) = statusText
        let room = area.columns - 2
        let message = fit(text, room)
        let column = area.columns - message.width - 1
        let left = fit(totals, max(0, text.isEmpty ? room : column - 4))
        put(left, 1, 0, in: area, role: .muted)
        put(message, max(1, column), 0, in: area, role: role)
    }

    private var totals: DisplayText {
        let theme: DisplayText = "theme \(model.session.themeName, as: .name)"
        guard let totals = model.overview?.totals else { return "reading" + glyphs.ellipsis }
        let dot = " " + glyphs.dot + " "
        return Words.count(totals.streams, "stream", "streams") + dot
            + Words.count(totals.events, "event", "events") + dot + "UTC" + dot + theme
    }

    /// What is wrong where a jump to a finding led.
    private var finding: Finding? {
        guard let number = model.toldFinding, number == model.stream?.playhead else { return nil }
        return model.stream?.finding(at: number)
    }

    /// What is to be said now, the newest and most important first.
    var statusText: (DisplayText, Role) {
        // As long as a key would do it, nothing else is said.
        if !model.reactions.pending.isEmpty { return (model.reactions.question, .finding) }
        if let finding { return ("#\(finding.sequenceNumber ?? 0): " + DisplayText(finding.message), .finding) }
        if let message = model.message { return (message.text, message.kind.role) }
        if let working = workText { return (working, .accent) }
        if let search = model.search, !search.isQuiet,
            model.prompt != nil || !search.isComplete || search.hits.isEmpty || isOnHit(of: search)
        {
            return (searchText(search), .accent)
        }
        if let stream = model.stream, stream.last > stream.knownThrough {
            let count = stream.last - stream.knownThrough
            if model.isFollowing { return ("\(count) new", .accent) }
            let events = Words.count(count, "event", "events")
            return ("new: " + events + " arrived below (F: follow)", .accent)
        }
        return ("", .text)
    }

    private func isOnHit(of search: Search) -> Bool {
        let index = search.hits.partitioningIndex { $0 >= model.searchPlace }
        return search.hits.indices.contains(index) && search.hits[index] == model.searchPlace
    }

    /// `/Bern  3 of 12 (61 % searched)`.
    private func searchText(_ search: Search) -> DisplayText {
        var text: DisplayText = "/\(search.text)  "
        let here: Int64? =
            switch search.scope {
            case .stream: model.stream?.playhead
            case .store: model.log.selected
            }
        let index = search.hits.partitioningIndex { $0 >= here ?? 0 }
        if search.hits.indices.contains(index), search.hits[index] == here { text += "\(index + 1) of " }
        let atLeast: DisplayText = search.isComplete && !search.isStopped ? "" : glyphs.atLeast + " "
        text += search.hits.isEmpty && search.isComplete ? "no hit" : atLeast + "\(search.hits.count)"
        if search.hits.count > 0, !search.hits.indices.contains(index) || search.hits[index] != here { text += " hits" }
        if !search.isComplete { text += " (\(Int(search.searched * 100)) % searched)" }
        if search.isStopped { text += " (stopped at \(Int(search.searched * 100)) %)" }
        return text
    }

    /// What a person waits for, once it takes long enough to have told its progress.
    private var workText: DisplayText? {
        let work: [(Request.Purpose, DisplayText)] = [
            (.jump, "looking for it"), (.setter, "looking for who set it"), (.setters, "looking for all that set it"),
            (.bisect, "looking for where it first holds"), (.state, "folding"),
        ]
        for (purpose, name) in work {
            if let part = model.requests.progress(of: purpose) { return name + ": \(Int(part * 100)) % (Esc stops)" }
        }
        return nil
    }

    // MARK: - Hints

    mutating func drawHints() {
        let area = layout.hints
        guard !area.isEmpty, model.prompt == nil else { return }
        // Without a status line the message takes the hints' place until the next key.
        if layout.status.isEmpty {
            let (text, role) = statusText
            if !text.isEmpty {
                put(text, 1, 0, in: area, role: role)
                return
            }
        }
        let pending = pendingKeys
        var room = area.columns - 1 - (pending.isEmpty ? 0 : pending.width + 1)
        let hints = hints(for: model.context).filter { layout.form == .fourPanes || $0.short != nil }
        // What leads to everything else keeps its place; the others come in their order as long as there is room.
        for hint in hints where hint.isAlwaysShown { room -= width(of: hint) + 2 }
        var column = 1
        for hint in hints {
            let width = width(of: hint)
            if !hint.isAlwaysShown {
                if column + width > room { continue }
            } else if column + width > area.columns {
                continue
            }
            column += draw(hint, at: column, in: area) + 2
        }
        put(pending, area.columns - pending.width - 1, 0, in: area, role: .accent)
    }

    private func text(of hint: Command.Hint) -> DisplayText {
        DisplayText(layout.form == .fourPanes ? hint.text : hint.short ?? "")
    }

    private func width(of hint: Command.Hint) -> Int {
        let text = text(of: hint)
        return DisplayText(hint.keys).width + (text.isEmpty ? 0 : 1 + text.width)
    }

    private mutating func draw(_ hint: Command.Hint, at column: Int, in area: Area) -> Int {
        let used = put(DisplayText(hint.keys), column, 0, in: area, role: .key)
        let text = text(of: hint)
        return text.isEmpty ? used : used + 1 + put(text, column + used + 1, 0, in: area, role: .muted)
    }

    /// The table's hints of one part of the screen.
    private func hints(for context: Command.Context) -> [Command.Hint] {
        CommandTable.all.compactMap { command in
            guard let hint = command.hint, hint.isDue(model) else { return nil }
            return (hint.contexts ?? command.contexts).contains(context) ? hint : nil
        }
    }

    /// A count or the beginning of a command.
    private var pendingKeys: DisplayText {
        let count = model.keys.count.map(String.init) ?? ""
        return DisplayText(count + model.keys.pending.map(\.description).joined())
    }

    // MARK: - The line at the bottom

    mutating func drawPrompt() {
        guard let prompt = model.prompt else { return }
        let area = layout.status.isEmpty ? layout.hints : layout.status
        drawLine(prompt, in: area)
        if !layout.status.isEmpty {
            var column = 1
            for hint in hints(for: .prompt) { column += draw(hint, at: column, in: layout.hints) + 2 }
        }
    }

    mutating func drawLine(_ prompt: Prompt, in area: Area) {
        guard !area.isEmpty else { return }
        frame.fill(area)
        let mark: DisplayText
        switch prompt.kind {
        case .command: mark = ":"
        case .search: mark = "/"
        case .streamPrefix, .reactionText: mark = "/"
        }
        let (text, role) = prompt.kind == .command && model.message == nil ? ("", .text) : statusText
        let room = text.isEmpty ? area.columns - mark.width - 1 : max(8, area.columns - text.width - mark.width - 4)
        let used = drawEditing(prompt.editor, mark: mark, in: area, limit: room, isActive: true)
        let column = max(used + 2, area.columns - text.width - 1)
        put(text, column, 0, in: area, role: role)
    }
}
