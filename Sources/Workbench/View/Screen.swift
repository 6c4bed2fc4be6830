import Inspection
import Terminal

/// A frame while it is drawn from a model: each part of the screen is an extension in a file of its own.
struct Screen {
    var frame: Frame
    let model: Model
    let layout: Layout
    let glyphs: Glyphs

    init(model: Model, size: Size, glyphs: Glyphs) {
        self.model = model
        self.glyphs = glyphs
        layout = Layout(size: size, focus: model.focus, isZoomed: model.isZoomed)
        frame = Frame(size: size)
    }

    /// Draws everything.
    mutating func draw() {
        if layout.form == .oneLine {
            drawOneLine()
            return
        }
        drawHeader()
        drawScrubber()
        drawWriterLane()
        if model.help != nil {
            drawHelp()
        } else {
            for pane in Pane.allCases { drawPane(pane) }
            drawDivider()
        }
        drawStatus()
        drawHints()
        drawPrompt()
    }

    private mutating func drawPane(_ pane: Pane) {
        guard layout.titles[pane] != nil || layout.panes[pane] != nil else { return }
        switch pane {
        case .timeline: drawFirstPane()
        case .state: drawStatePane()
        case .commands: drawCommandPane()
        case .watches: drawWatches()
        }
    }

    // MARK: - What all parts use

    /// At most so many columns of a text, with our own sign where something is missing.
    func fit(_ text: DisplayText, _ columns: Int) -> DisplayText {
        text.clipped(to: columns, ellipsis: glyphs.ellipsis)
    }

    /// Draws text within an area, cut at its right edge with a sign; says how many columns it used.
    @discardableResult
    mutating func put(
        _ text: DisplayText, _ column: Int, _ row: Int, in area: Area, role: Role = .text, attributes: Attributes = []
    ) -> Int {
        guard row >= 0, row < area.rows, column < area.columns else { return 0 }
        let start = max(0, column)
        return frame.put(
            fit(text, area.columns - start), column: start, row: row, role: role, attributes: attributes, in: area)
    }

    /// Draws a rule with titles in it; the first part is the pane's name.
    mutating func drawRule(_ area: Area, _ parts: [(text: DisplayText, role: Role)]) {
        guard !area.isEmpty else { return }
        frame.fill(area, with: glyphs.horizontal, role: .rule)
        var column = 1
        for (index, part) in parts.enumerated() {
            if index > 0 {
                // The line goes on between the parts.
                frame.put(" ", column: column, row: 0, in: area)
                frame.put(" ", column: column + 3, row: 0, in: area)
                column += 4
            }
            if column >= area.columns - 1 { return }
            let text = fit(part.text, area.columns - 1 - column)
            column += frame.put(text, column: column, row: 0, role: part.role, in: area)
        }
        frame.put(" ", column: column, row: 0, in: area)
    }

    /// The name of a pane, with its number where there are four.
    func title(_ pane: Pane, _ name: DisplayText) -> (text: DisplayText, role: Role) {
        ("\(pane.rawValue) \(name)", model.focus == pane ? .focus : .title)
    }

    /// A sentence in the middle of nothing: what is missing, and what to do about it.
    mutating func drawEmpty(_ lines: [DisplayText], in area: Area) {
        for (index, line) in lines.enumerated() {
            put(line, 1, index, in: area, role: index == 0 ? .text : .muted)
        }
    }
}
