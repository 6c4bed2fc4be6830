import Inspection
import Terminal

/// `?`, and the lines between panes.
extension Screen {
    mutating func drawHelp() {
        guard let help = model.help else { return }
        let (rule, area) = layout.body.split(top: 1)
        let lines = HelpLines.rows(for: help.context, model: model, columns: area.columns)
        let top = max(0, min(help.top, lines.count - area.rows))
        let last = min(lines.count, top + area.rows)
        drawRule(
            rule,
            [
                ("Everything that can be done here", .focus),
                ("lines \(min(top + 1, lines.count)) to \(last) of \(lines.count)", .muted),
                ("q leaves the program", .muted),
            ])
        for (row, line) in lines[top..<last].enumerated() {
            if line.isHeading {
                put(line.name, 1, row, in: area, role: .title, attributes: .bold)
                continue
            }
            put(fit(line.keys, 16), 2, row, in: area, role: .key)
            put(line.name, 19, row, in: area, role: .muted)
            put(line.text, line.column, row, in: area, role: line.isPossible ? .text : .muted)
        }
        frame.cursor = Position(column: area.column, row: area.row)
    }

    /// The line between the panes side by side, with its crossings.
    mutating func drawDivider() {
        frame.fill(layout.bottomRule, with: glyphs.horizontal, role: .rule)
        let area = layout.divider
        guard !area.isEmpty else { return }
        frame.fill(area, with: glyphs.vertical, role: .rule)
        put(glyphs.teeDown, 0, 0, in: area, role: .rule)
        if let lower = layout.titles[.commands] {
            put(glyphs.cross, 0, lower.row - area.row, in: area, role: .rule)
        }
        put(glyphs.teeUp, 0, area.rows - 1, in: area, role: .rule)
    }
}
