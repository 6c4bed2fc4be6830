import Actors
import EventSourcing
import Inspection
import Terminal

/// The command pane: what was sent and what came of it, and the line that decides while it is typed.
extension Screen {
    mutating func drawCommandPane() {
        let area = layout[.commands]
        if layout.hasShortCommands, !model.isZoomed {
            drawShortCommands(in: area)
            return
        }
        var parts = [title(.commands, "Commands")]
        parts.append((commandTarget, .text))
        drawRule(layout.titles[.commands] ?? area, parts)
        guard !area.isEmpty else { return }
        let (editor, results) = area.split(bottom: min(2, area.rows))
        drawResults(in: results)
        drawEditor(in: editor)
    }

    private var commandTarget: DisplayText {
        let name = DisplayText(model.session.storeName, as: .name)
        return switch model.session.mode {
        case .sandbox: "sandbox copy of " + name
        case .write: name
        case .demo: "the demo store, live"
        case .readOnly:
            switch model.session.commands {
            case .sandboxCopy: "sandbox copy of " + name
            case .store: name
            case .nowhere: "none here"
            }
        }
    }

    // MARK: - Results

    private struct ResultLine {
        var left: DisplayText
        var right: DisplayText
        var role: Role
    }

    private mutating func drawResults(in area: Area) {
        guard area.rows > 0 else { return }
        let entries = model.commands.entries.dropLast(model.commands.scrolledBack)
        guard !entries.isEmpty else {
            drawCommandHelp(in: area)
            return
        }
        var lines: [[ResultLine]] = []
        var count = 0
        for entry in entries.reversed() {
            let block = resultLines(of: entry, columns: area.columns)
            lines.append(block)
            count += block.count
            if count >= area.rows { break }
        }
        for (row, line) in lines.reversed().joined().suffix(area.rows).enumerated() {
            let used = put(line.left, 1, row, in: area)
            put(
                line.right, line.left.isEmpty ? 12 : max(resultColumn(area.columns), used + 2), row, in: area,
                role: line.role)
        }
    }

    private func resultColumn(_ columns: Int) -> Int { columns * 38 / 70 }

    private func resultLines(of entry: CommandPane.Entry, columns: Int) -> [ResultLine] {
        let time = entry.report.map { Words.clock($0.time) } ?? "        "
        let left = time + " > " + DisplayText(entry.text)
        let (right, role) = result(of: entry)
        let column = max(resultColumn(columns), left.width + 3)
        if column + right.width <= columns { return [ResultLine(left: left, right: right, role: role)] }
        return [ResultLine(left: left, right: "", role: role), ResultLine(left: "", right: right, role: role)]
    }

    private func result(of entry: CommandPane.Entry) -> (DisplayText, Role) {
        if let failure = entry.failure { return (glyphs.anomaly + " " + DisplayText(failure), .error) }
        guard let report = entry.report else { return ("sending" + glyphs.ellipsis, .muted) }
        switch report.result {
        case .outcome(let outcome): return result(of: outcome)
        case .conflict(let expected, let actual): return ("! conflict: expected \(expected), was \(actual)", .error)
        case .fenced(let writer): return ("! fenced by writer \(writer, as: .name)", .error)
        case .misspelt(let problem): return (glyphs.anomaly + " " + DisplayText(problem.message), .error)
        case .failed(let sentence): return (glyphs.anomaly + " " + DisplayText(sentence), .error)
        }
    }

    private func result(of outcome: CommandOutcome) -> (DisplayText, Role) {
        if let refusal = outcome.refusal { return (glyphs.anomaly + " refused: " + DisplayText(refusal), .error) }
        var text = glyphs.arrowRight + " "
        if outcome.appended.isEmpty {
            text += "nothing appended"
        } else {
            for (index, event) in outcome.appended.prefix(4).enumerated() {
                if index > 0 { text += ", " }
                text += "#\(event.sequenceNumber) \(event.type, as: .name)"
            }
            if outcome.appended.count > 4 { text += " and \(outcome.appended.count - 4) more" }
        }
        if let reply = outcome.reply { text += ", " + DisplayText(reply, limit: 200) }
        return (text + "   " + Words.took(microseconds: outcome.microseconds), .text)
    }

    /// What can be typed, as long as nothing was.
    private mutating func drawCommandHelp(in area: Area) {
        if let reason = model.commandRefusal {
            put(reason, 1, 0, in: area, role: .muted)
            return
        }
        let commands = model.stream?.domain?.commands ?? []
        guard !commands.isEmpty else { return }
        for (row, command) in commands.prefix(area.rows).enumerated() {
            let used = put(DisplayText(command.usage), 1, row, in: area, role: .muted)
            put(DisplayText(command.summary), max(38, used + 3), row, in: area, role: .muted)
        }
    }

    // MARK: - The line

    private mutating func drawEditor(in area: Area) {
        guard area.rows > 0 else { return }
        let usage = usageText(within: area.columns / 2 - 6)
        let room = usage.map { max(12, area.columns - $0.width - 5) } ?? area.columns - 3
        let used = drawEditing(model.commands.editor, mark: " > ", in: area.line(0), limit: room, isActive: isTyping)
        if let usage { put(usage, max(40, used + 2), 0, in: area, role: .muted) }
        if let (text, role) = verdictText { put("   " + text, 0, 1, in: area, role: role) }
    }

    private var isTyping: Bool { model.focus == .commands && model.prompt == nil && model.help == nil }

    /// How the command goes on, as much of it as has room.
    private func usageText(within columns: Int) -> DisplayText? {
        guard isTyping, model.commandRefusal == nil else { return nil }
        let name = model.commands.editor.text.split(separator: " ").first.map(String.init) ?? ""
        guard let command = model.stream?.domain?.commands.first(where: { $0.name == name }) else {
            return "Tab completes " + glyphs.dot + " Enter sends"
        }
        let usage: DisplayText = "\(command.name)(\(command.parameters.map(\.name).joined(separator: ", ")))"
        let whole = usage + " " + glyphs.dot + " Tab completes"
        return whole.width <= columns ? whole : usage
    }

    /// What would come of the line; nil while there is nothing to say.
    private var verdictText: (DisplayText, Role)? {
        guard !model.commands.editor.isEmpty, model.commandRefusal == nil else { return nil }
        guard let verdict = model.commands.verdict else { return nil }
        let isElsewhere = model.stream.map { $0.playhead != $0.last } ?? false
        let place: DisplayText = isElsewhere ? " after #\(model.stream?.last ?? 0)" : ""
        switch verdict {
        case .misspelt(let problem):
            return ("column \(problem.column): " + DisplayText(problem.message), .error)
        case .decision(.append(let types)):
            let names = DisplayText(types.joined(separator: ", "), as: .name)
            return ("would append" + place + ": " + names + " (dry run; Enter sends)", .added)
        case .decision(.refused(let reason)): return ("refused" + place + ": " + DisplayText(reason), .error)
        case .decision(.nothing(let reply)):
            return ("would append nothing" + place + (reply.map { ", answers " + DisplayText($0) } ?? ""), .muted)
        case .decision(.failed(let sentence)): return ("fails" + place + ": " + DisplayText(sentence), .error)
        }
    }

    /// The whole pane in one row: the line and its verdict, or the newest result.
    private mutating func drawShortCommands(in area: Area) {
        guard !area.isEmpty else { return }
        let isIdle = !isTyping && model.commands.editor.isEmpty
        if isIdle, let entry = model.commands.entries.last {
            let used = put(" > " + DisplayText(entry.text), 0, 0, in: area, role: .muted)
            let (text, role) = result(of: entry)
            put(text, max(area.columns * 38 / 80, used + 2), 0, in: area, role: role)
            return
        }
        if isIdle {
            put(" > " + (model.commandRefusal ?? "types a command: " + commandTarget), 0, 0, in: area, role: .muted)
            return
        }
        let column = area.columns * 38 / 80
        drawEditing(model.commands.editor, mark: " > ", in: area.line(0), limit: column - 5, isActive: isTyping)
        if let reason = model.commandRefusal {
            put(reason, column, 0, in: area, role: .muted)
        } else if let (text, role) = verdictText {
            put(text, column, 0, in: area, role: role)
        } else if let usage = usageText(within: area.columns - column) {
            put(usage, column, 0, in: area, role: .muted)
        }
    }

    /// Draws a line that is being typed so that its cursor is in sight; says in which column it ends.
    @discardableResult
    mutating func drawEditing(
        _ editor: LineEditor, mark: DisplayText, in area: Area, limit: Int, isActive: Bool
    ) -> Int {
        guard !area.isEmpty else { return 0 }
        frame.put(mark, column: 0, row: 0, role: isActive ? .focus : .muted, in: area)
        let before = DisplayText(String(editor.characters[..<editor.cursor]))
        let behind = DisplayText(String(editor.characters[editor.cursor...]))
        let room = max(1, min(limit, area.columns - mark.width - 1))
        let hidden = max(0, before.width - room)
        let shown = (before.dropping(columns: hidden) + behind).prefix(columns: room)
        let used = frame.put(shown, column: mark.width, row: 0, in: area)
        let cursor = mark.width + before.width - hidden
        if isActive, cursor < area.columns {
            frame.cursor = Position(column: area.column + cursor, row: area.row)
        }
        return mark.width + max(used, before.width - hidden + 1)
    }
}
