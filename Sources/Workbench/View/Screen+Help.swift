import Inspection
import Terminal

/// `?`, and the lines between panes.
extension Screen {
    mutating func drawHelp() {
        guard let help = model.help else { return }
        let (rule, area) = layout.body.split(top: 1)
        let lines = HelpLines.lines(for: help.context, model: model)
        let top = max(0, min(help.top, lines.count - area.rows))
        let last = min(lines.count, top + area.rows)
        drawRule(
            rule,
            [
                ("Everything that can be done here", .focus),
                ("lines \(min(top + 1, lines.count)) to \(last) of \(lines.count)", .muted),
            ])
        let nameWidth = area.columns >= 100 ? 34 : 0
        for (row, line) in lines[top..<last].enumerated() {
            if line.isHeading {
                put(line.name, 1, row, in: area, role: .title, attributes: .bold)
                continue
            }
            put(fit(line.keys, 16), 2, row, in: area, role: .key)
            var column = 19
            if nameWidth > 0 {
                put(fit(line.name, nameWidth - 1), column, row, in: area, role: .muted)
                column += nameWidth
            }
            let help =
                line.keys.isEmpty && nameWidth == 0 && !line.name.isEmpty ? line.name + "  " + line.help : line.help
            let used = put(help, column, row, in: area, role: line.whyNot == nil ? .text : .muted)
            if let whyNot = line.whyNot { put("(" + whyNot + ")", column + used + 1, row, in: area, role: .muted) }
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
