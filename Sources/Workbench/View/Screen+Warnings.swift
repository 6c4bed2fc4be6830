import Inspection
import Terminal

/// What the engine warned of.
extension Screen {
    mutating func drawWarnings() {
        let area = layout[.timeline]
        let list = model.warnings
        let place: DisplayText = "\(list.cursor.selected + 1) of \(list.all.count)"
        drawRule(
            layout.titles[.timeline] ?? area,
            [title(.timeline, "Warnings"), (place, .muted), ("newest first", .muted)])
        let column = WarningRows.column(in: area)
        let top = WarningRows.top(of: list, in: area)
        var line = 0
        for (index, warning) in list.shown.enumerated().dropFirst(top) {
            guard line < area.rows else { return }
            let isChosen = index == list.cursor.selected
            if isChosen { choose(line, in: area) }
            if column > 2 {
                put(Words.clock(warning.time), 2, line, in: area, role: isChosen ? .playhead : .muted)
            }
            guard isChosen else {
                put(WarningRows.text(of: warning), column, line, in: area, role: .muted)
                line += 1
                continue
            }
            let rows = WarningRows.chosen(of: warning, in: area)
            let seen = rows.prefix(area.rows - line)
            for (row, text) in seen.enumerated() {
                let isCut = row == seen.count - 1 && seen.count < rows.count
                put(isCut ? text + " " + glyphs.ellipsis : text, column, line, in: area)
                line += 1
            }
        }
    }
}
