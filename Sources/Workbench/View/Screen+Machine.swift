import Inspection
package import StateMachines
package import Terminal

/// The machine of an instance: drawn with its state lit and the event's edge marked, and what could come next.
extension Screen {
    mutating func drawMachine(of stream: OpenStream, in area: Area) {
        if stream.domain != nil, let reason = model.whyNoMachine {
            drawEmpty([reason], in: area)
            return
        }
        guard let view = stream.machine else {
            drawEmpty(["folding" + glyphs.ellipsis], in: area)
            return
        }
        let lines = MachineLines(view: view, glyphs: glyphs, columns: area.columns)
        let plan = MachinePlan(area: area, view: view, lines: lines)
        let top = plan.top(scrolledBy: model.state.tree.top)
        guard let drawing = plan.drawing else {
            draw(lines.notes + [MachineLines.Line(parts: [])] + lines.table, from: top, in: plan.main)
            return
        }
        for (row, line) in drawing.lines.dropFirst(top).prefix(plan.main.rows).enumerated() {
            draw(line, at: row, in: plan.main)
        }
        if plan.notes.column > plan.main.column {
            let (hint, rest) = plan.notes.split(bottom: plan.lines > plan.main.rows ? 1 : 0)
            draw(lines.notes.flatMap { $0.folded(to: plan.notes.columns) }, from: 0, in: rest)
            drawPlace(of: plan, from: top, in: hint)
        } else {
            let (hint, rest) = plan.notes.split(top: 1)
            drawPlace(of: plan, from: top, in: hint)
            draw(lines.notes, from: 0, in: rest)
        }
    }

    /// Says which part of a drawing is seen that has no room as a whole.
    private mutating func drawPlace(of plan: MachinePlan, from top: Int, in area: Area) {
        guard plan.lines > plan.main.rows else { return }
        put(
            "lines \(top + 1) to \(min(plan.lines, top + plan.main.rows)) of \(plan.lines): j k in this pane", 1, 0,
            in: area, role: .muted)
    }

    private mutating func draw(_ lines: [MachineLines.Line], from top: Int, in area: Area) {
        let isCut = top + area.rows < lines.count
        let rows = isCut ? area.rows - 1 : area.rows
        for (row, line) in lines.dropFirst(top).prefix(max(0, rows)).enumerated() {
            put(line.sign, 0, row, in: area, role: line.parts.first?.role ?? .text)
            var end = 0
            for part in line.parts where !part.text.isEmpty {
                let column = max(part.column, end == 0 ? 0 : end + 1)
                end = column + put(part.text, column, row, in: area, role: part.role)
            }
        }
        if isCut, area.rows > 0 { drawMore(lines.count - top - max(0, rows), in: area) }
    }

    private mutating func draw(_ line: [MachineDrawing.Run], at row: Int, in area: Area) {
        var column = 0
        for run in line {
            let look = look(of: run.role)
            let text = DisplayText(glyphs.cells(run.text, isTaken: run.role == .takenLine))
            put(text, column, row, in: area, role: look.role, attributes: look.attributes)
            column += DisplayText(run.text).width
        }
    }

    private func look(of role: MachineDrawing.Role) -> (role: Role, attributes: Attributes) {
        switch role {
        case .blank, .state, .label: (.text, [])
        case .currentState: (.focus, .bold)
        case .takenLabel: (.changed, .bold)
        case .takenLine: (.changed, [])
        case .line: (.rule, [])
        case .timeout: (.muted, [])
        }
    }
}

extension MachineDrawing {
    /// The drawing as it is printed, without blanks at the ends of its lines.
    package func lines(in glyphs: Glyphs) -> [DisplayText] {
        lines.map { line in
            let text = line.map { glyphs.cells($0.text, isTaken: $0.role == .takenLine) }.joined()
            return DisplayText(String(text.dropLast(text.reversed().prefix { $0 == " " }.count)))
        }
    }
}

extension Glyphs {
    private static let heavy: [Character: Character] = [
        "─": "━", "│": "┃", "╯": "┛", "╮": "┓", "╰": "┗", "╭": "┏", "┤": "┫", "├": "┣", "┴": "┻", "┬": "┳", "┼": "╋",
    ]

    private static let plain: [Character: Character] = [
        "─": "-", "│": "|", "╯": "+", "╮": "+", "╰": "+", "╭": "+", "┤": "+", "├": "+", "┴": "+", "┬": "+", "┼": "+",
        "┌": "+", "┐": "+", "└": "+", "┘": "+", "◀": "<", "●": "*", "▸": ">", "◎": "o", "…": "~",
    ]

    /// The cells of a drawing as they can be drawn here: what was taken is heavy, in ASCII double.
    fileprivate func cells(_ text: String, isTaken: Bool) -> String {
        guard horizontal != "─" else {
            return isTaken ? String(text.map { Self.heavy[$0] ?? $0 }) : text
        }
        return String(
            text.map { character in
                if isTaken, character == "─" { return "=" }
                if isTaken, character == "│" { return "!" }
                return Self.plain[character] ?? character
            })
    }
}
