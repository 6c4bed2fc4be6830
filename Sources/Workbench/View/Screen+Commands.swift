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
        if model.commands.isStepping { parts.append(("step by step", .accent)) }
        drawRule(layout.titles[.commands] ?? area, parts)
        guard !area.isEmpty else { return }
        let (verdict, role) = verdictText ?? ("", .text)
        let lines = folded(verdict, columns: area.columns - 4, rows: max(1, area.rows - 1))
        let (editor, results) = area.split(bottom: min(1 + lines.count, area.rows))
        drawResults(in: results)
        drawEditor(in: editor)
        for (row, line) in lines.enumerated() { put(line, 3, 1 + row, in: editor, role: role) }
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
            let block = resultLines(of: entry, in: area)
            lines.append(block)
            count += block.count
            if count >= area.rows { break }
        }
        let indent = resultIndent(area.columns)
        for (row, line) in lines.reversed().joined().suffix(area.rows).enumerated() {
            let used = put(line.left, 1, row, in: area, role: line.right.isEmpty ? line.role : .text)
            put(
                line.right, line.left.isEmpty ? indent : max(resultColumn(area.columns), used + 2), row, in: area,
                role: line.role)
        }
    }

    private func resultColumn(_ columns: Int) -> Int { columns * 38 / 70 }

    /// Where a result begins that has rows of its own.
    private func resultIndent(_ columns: Int) -> Int { columns < 60 ? 2 : 12 }

    /// A text in at most so many rows, broken between words; a sign stands where there is more.
    private func folded(_ text: DisplayText, columns: Int, rows: Int) -> [DisplayText] {
        let lines = HelpLines.wrapped(text, columns: max(10, columns))
        guard lines.count > rows else { return lines }
        let rest = lines[(rows - 1)...].dropFirst().reduce(lines[rows - 1]) { $0 + " " + $1 }
        return lines.prefix(rows - 1) + [fit(rest, columns)]
    }

    private func resultLines(of entry: CommandPane.Entry, in area: Area) -> [ResultLine] {
        let columns = area.columns
        let time = entry.report.map { Words.clock($0.time) } ?? "        "
        let left = time + (entry.drain == nil ? " > " : "   ") + DisplayText(entry.text)
        let (right, role) = result(of: entry)
        let column = max(resultColumn(columns), left.width + 3)
        // What came of it stands below its stages.
        if !entry.stages.isEmpty {
            let stages = StageLines.lines(of: entry, model: model, glyphs: glyphs).flatMap { line in
                let texts = entry.drain == nil ? [line.text] : HelpLines.wrapped(line.text, columns: columns - 15)
                return texts.enumerated().map { row, text in
                    let name = row == 0 ? line.name : DisplayText()
                    return ResultLine(left: "  " + name.padded(to: 11) + text, right: "", role: line.role)
                }
            }
            let name: DisplayText = entry.isWaiting ? "waits" : entry.drain == nil ? "reply" : "settled"
            let replies = folded(right, columns: columns - 15, rows: max(1, area.rows - 1)).enumerated().map {
                row, text in
                let label = row == 0 ? name : DisplayText()
                return ResultLine(left: "  " + label.padded(to: 11) + text, right: "", role: role)
            }
            return [ResultLine(left: left, right: "", role: .text)] + stages + replies
        }
        if column + right.width <= columns { return [ResultLine(left: left, right: right, role: role)] }
        let rows = folded(right, columns: columns - resultIndent(columns) - 1, rows: max(1, area.rows - 1))
        return [ResultLine(left: left, right: "", role: role)]
            + rows.map { ResultLine(left: "", right: $0, role: role) }
    }

    private func result(of entry: CommandPane.Entry, isShort: Bool = false) -> (DisplayText, Role) {
        if let failure = entry.failure { return (glyphs.anomaly + " " + DisplayText(failure), .error) }
        if let totals = entry.totals { return (StageLines.text(of: totals), .text) }
        if entry.isUnseen { return ("it runs on, and is not looked at", .muted) }
        guard let report = entry.report else {
            guard entry.isWaiting, let stage = entry.stages.last else {
                return ((entry.drain == nil ? "sending" : "going on") + glyphs.ellipsis, .muted)
            }
            if !isShort { return (StageLines.way(from: stage), .accent) }
            let way = StageLines.shortWay(from: stage)
            return (way + ": " + StageLines.shortText(of: stage, model: model, glyphs: glyphs), .accent)
        }
        switch report.result {
        case .outcome(let outcome):
            return result(of: outcome, isShort: isShort, showsTime: entry.stages.isEmpty)
        case .conflict(let expected, let actual): return ("! conflict: expected \(expected), was \(actual)", .error)
        case .fenced(let writer): return ("! fenced by writer " + fencer(writer), .error)
        case .misspelt(let problem): return (glyphs.anomaly + " " + DisplayText(problem.message), .error)
        case .failed(let sentence): return (glyphs.anomaly + " " + DisplayText(sentence), .error)
        }
    }

    /// Who has the stream now: by name and process where the store knows them, so that a person finds them, and by id.
    private func fencer(_ id: String) -> DisplayText {
        guard let record = model.overview?.writers.first(where: { $0.id.description == id }), !record.program.isEmpty
        else { return DisplayText(id, as: .name) }
        let digit = model.stream?.writerNumbers[record.id].map { Words.digit($0) + " " } ?? DisplayText()
        return digit + DisplayText(record.program, as: .name) + ", process \(record.process), "
            + DisplayText(id, as: .name)
            + "; send it again to take it back"
    }

    /// The time of a command that went step by step is the person's.
    private func result(of outcome: CommandOutcome, isShort: Bool, showsTime: Bool) -> (DisplayText, Role) {
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
        let reply = outcome.reply.map { DisplayText($0, limit: 200) }
        let took = showsTime ? Words.took(microseconds: outcome.microseconds) : ""
        // In one line the reply, which may be long, comes last.
        if isShort { return (text + (showsTime ? ", " + took : "") + (reply.map { ", " + $0 } ?? ""), .text) }
        return (text + (reply.map { ", " + $0 } ?? "") + "   " + took, .text)
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
        let used = drawEditing(
            model.commands.editor, mark: " > ", in: area.line(0), limit: area.columns - 3, isActive: isTyping)
        // What is typed has the whole row; how it goes on stands there while it has room.
        if let usage = usageText(within: area.columns / 2 - 6) {
            let column = max(40, used + 2)
            if column + usage.width <= area.columns { put(usage, column, 0, in: area, role: .muted) }
        }
    }

    private var isTyping: Bool { model.focus == .commands && model.prompt == nil && model.help == nil }

    /// How the command goes on, as much of it as has room.
    private func usageText(within columns: Int) -> DisplayText? {
        guard isTyping, model.commandRefusal == nil else { return nil }
        if model.commands.editor.isEmpty { return "Tab next pane " + glyphs.dot + " Esc back" }
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
    mutating func drawShortCommands(in area: Area) {
        guard !area.isEmpty else { return }
        if model.commands.editor.isEmpty {
            drawShortResult(in: area)
            return
        }
        let side = shortSide
        // What is typed pushes the verdict to the right, but leaves it so much that its first words are read.
        let kept = side.map { min($0.text.width, area.columns * 3 / 8) + 2 } ?? 0
        let used = drawEditing(
            model.commands.editor, mark: " > ", in: area.line(0), limit: area.columns - 3 - kept, isActive: isTyping)
        let column = max(area.columns * 38 / 80, used + 1)
        if let side {
            put(side.text, min(column, max(used + 1, area.columns - side.text.width - 1)), 0, in: area, role: side.role)
        } else if let usage = usageText(within: area.columns - column), column + usage.width <= area.columns {
            put(usage, column, 0, in: area, role: .muted)
        }
    }

    /// What is said beside a line that is being typed.
    private var shortSide: (text: DisplayText, role: Role)? {
        if layout.form == .oneLine, let message = model.message {
            return (message.text, message.kind.role)
        }
        if let reason = model.commandRefusal { return (reason, .muted) }
        return verdictText.map { ($0.0, $0.1) }
    }

    /// What came of the last command, until the next is typed; its first words are the ones that count.
    private mutating func drawShortResult(in area: Area) {
        if isTyping {
            drawEditing(model.commands.editor, mark: " > ", in: area.line(0), limit: area.columns - 3, isActive: true)
        } else {
            put(" > ", 0, 0, in: area, role: .muted)
        }
        let start = isTyping ? 5 : 3
        if layout.form == .oneLine, let message = model.message {
            put(message.text, start, 0, in: area, role: message.kind.role)
        } else if let entry = model.commands.entries.last {
            let (text, role) = result(of: entry, isShort: true)
            let line = DisplayText(entry.text)
            let column = max(area.columns * 38 / 80, start + line.width + 2)
            if column + text.width <= area.columns {
                put(line, start, 0, in: area, role: .muted)
                put(text, column, 0, in: area, role: role)
            } else {
                put(text, start, 0, in: area, role: role)
            }
        } else if isTyping, model.commandRefusal == nil {
            if let usage = usageText(within: area.columns - 38) {
                put(usage, max(start, area.columns * 38 / 80), 0, in: area, role: .muted)
            }
        } else {
            put(model.commandRefusal ?? "types a command: " + commandTarget, start, 0, in: area, role: .muted)
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
        var shown = fit(before.dropping(columns: hidden) + behind, room)
        // A sign stands where the beginning is cut.
        if hidden > 0, room > 2 { shown = glyphs.ellipsis + shown.dropping(columns: glyphs.ellipsis.width) }
        let used = frame.put(shown, column: mark.width, row: 0, in: area)
        let cursor = mark.width + before.width - hidden
        if isActive, cursor < area.columns {
            frame.cursor = Position(column: area.column + cursor, row: area.row)
        }
        return mark.width + max(used, before.width - hidden + 1)
    }
}
