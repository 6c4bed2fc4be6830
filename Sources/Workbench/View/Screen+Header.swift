import Actors
import EventSourcing
import Inspection
import Terminal

/// Where am I: the store, the stream, what may be done, the playhead.
extension Screen {
    mutating func drawHeader() {
        let area = layout.header
        guard !area.isEmpty else { return }
        frame.restyle(area, role: .title)
        let isWide = layout.form == .fourPanes
        let end = placeText(columns: area.columns)
        let endColumn = max(0, area.columns - end.width - 1)
        let name = DisplayText(model.session.storeName, as: .name)
        var left: DisplayText = isWide ? " Playhead  " + name : " " + name
        if let stream = model.stream {
            left += " " + glyphs.separator + " " + DisplayText(stream.id.entityID, as: .name)
        }
        var mode = modeText(isWide: isWide)
        // The names are worth more than the whole sentence.
        if left.width > endColumn - 7 - mode.width { mode = modeText(isWide: false) }
        let modeColumn = endColumn - 5 - mode.width
        if layout.form == .onePane || modeColumn < 12 {
            put(fit(left, max(0, endColumn - 1)), 0, 0, in: area, role: .title, attributes: .bold)
        } else {
            put(fit(left, max(0, modeColumn - 2)), 0, 0, in: area, role: .title, attributes: .bold)
            put(mode, modeColumn, 0, in: area, role: .accent)
        }
        put(end, endColumn, 0, in: area, role: .playhead)
    }

    /// `❚❚ #17 of 42  2025-03-02 10:16:11`, as much of it as has room.
    private func placeText(columns: Int) -> DisplayText {
        guard let stream = model.stream else { return "" }
        let sign = model.isPlaying || model.isFollowing ? glyphs.playing : glyphs.paused
        let place: DisplayText = "\(sign) #\(stream.playhead) of \(stream.last)"
        guard let time = stream.window[stream.playhead]?.timestamp else { return place }
        switch columns {
        case 116...: return place + "  " + Words.dateAndClock(time)
        case 70..<116: return place + "  " + Words.shortDateAndClock(time)
        default: return place
        }
    }

    private func modeText(isWide: Bool) -> DisplayText {
        switch model.session.mode {
        case .sandbox: return isWide ? "SANDBOX copy, the file stays as it is" : "SANDBOX"
        case .write: return isWide ? "WRITE, commands go to the file" : "WRITE"
        case .demo: return isWide ? "DEMO, a live store in memory" : "DEMO"
        case .readOnly:
            guard isWide else { return "READ-ONLY" }
            switch model.session.commands {
            case .sandboxCopy: return "file READ-ONLY, commands go to a sandbox copy"
            case .store: return "file READ-ONLY"
            case .nowhere: return "file READ-ONLY, no commands"
            }
        }
    }

    /// The smallest screen: where the playhead is, what is there, what it changed.
    mutating func drawOneLine() {
        let area = layout.header
        guard !area.isEmpty else { return }
        if let prompt = model.prompt {
            drawLine(prompt, in: area)
            return
        }
        if model.help != nil {
            put("Esc: ? needs 30 x 6", 0, 0, in: area, role: .accent)
            return
        }
        if [.recovery, .filters, .reactions, .chain].contains(model.place), model.focus == .timeline {
            put("Esc: this needs 30 x 6", 0, 0, in: area, role: .accent)
            return
        }
        if model.focus == .commands {
            drawShortCommands(in: area)
            return
        }
        if model.message != nil || model.toldFinding != nil {
            let (text, role) = statusText
            if !text.isEmpty {
                put(text, 0, 0, in: area, role: role)
                return
            }
        }
        guard let stream = model.stream else {
            put(model.isStoreEmpty ? "empty store" : "opening" + glyphs.ellipsis, 0, 0, in: area)
            return
        }
        var text: DisplayText = "#\(stream.playhead)/\(stream.last)"
        if let row = stream.window[stream.playhead] { text += " " + DisplayText(row.type, as: .name) }
        if let view = stream.view, stream.viewNumber == stream.playhead {
            let counts = Words.counts(view.changes)
            text += " ~\(counts.changed) +\(counts.added) -\(counts.removed)"
        }
        put(text, 0, 0, in: area, role: .playhead)
        frame.cursor = Position(column: 0, row: 0)
    }
}
