package import Terminal

/// Where everything stands on a screen of some size: it degrades in steps, and what does not fit is empty.
package struct Layout: Hashable, Sendable {
    /// The steps of degrading.
    package enum Form: Hashable, Sendable {
        /// 110 x 30 and up: two panes above, two below.
        case fourPanes
        /// 60 x 16 and up: Timeline, State, a line of watches and a line of commands.
        case stacked
        /// 30 x 6 and up: the pane that has the keys.
        case onePane
        /// Anything smaller: where the playhead is.
        case oneLine
    }

    package let form: Form
    package let size: Size
    package var header = Area(columns: 0, rows: 0)
    package var scrubber = Area(columns: 0, rows: 0)
    package var writers = Area(columns: 0, rows: 0)
    /// Everything between the lanes and the lowest lines.
    package var body = Area(columns: 0, rows: 0)
    /// Panes without their titles.
    package var panes: [Pane: Area] = [:]
    /// The rule above each pane, which carries its title.
    package var titles: [Pane: Area] = [:]
    /// The line between panes side by side; empty where there is none.
    package var divider = Area(columns: 0, rows: 0)
    /// The rule below the lowest panes.
    package var bottomRule = Area(columns: 0, rows: 0)
    package var status = Area(columns: 0, rows: 0)
    package var hints = Area(columns: 0, rows: 0)
    /// The command pane is one line.
    package var hasShortCommands = false
    /// The watches are one rule.
    package var hasShortWatches = false

    /// Lays out a screen for the pane that has the keys.
    package init(size: Size, focus: Pane, isZoomed: Bool) {
        self.size = size
        let (columns, rows) = (size.columns, size.rows)
        if columns >= 110, rows >= 30 {
            form = .fourPanes
        } else if columns >= 60, rows >= 16 {
            form = .stacked
        } else if columns >= 30, rows >= 6 {
            form = .onePane
        } else {
            form = .oneLine
        }
        switch form {
        case .fourPanes: layOutFour(focus: focus, isZoomed: isZoomed)
        case .stacked: layOutStacked(focus: focus, isZoomed: isZoomed)
        case .onePane: layOutOne(focus: focus)
        case .oneLine: header = Area(size).line(0)
        }
    }

    /// The rows and columns between the lanes and the lowest lines.
    private mutating func takeEdges(lanes: Int, hasStatus: Bool) -> Area {
        var rest = Area(size)
        (header, rest) = rest.split(top: 1)
        if lanes > 0 { (scrubber, rest) = rest.split(top: 1) }
        if lanes > 1 { (writers, rest) = rest.split(top: 1) }
        (hints, rest) = rest.split(bottom: 1)
        if hasStatus { (status, rest) = rest.split(bottom: 1) }
        body = rest
        return rest
    }

    private mutating func layOutFour(focus: Pane, isZoomed: Bool) {
        var body = takeEdges(lanes: 2, hasStatus: true)
        (bottomRule, body) = body.split(bottom: 1)
        if isZoomed {
            place(focus, in: body)
            return
        }
        // 70 of 120 columns, and 10 of 30 rows with the title: the picture's own measures.
        let left = size.columns * 7 / 12
        let (lower, upper) = body.split(bottom: max(6, body.rows / 3))
        let (upperLeft, upperRest) = upper.split(left: left)
        let (lowerLeft, lowerRest) = lower.split(left: left)
        place(.timeline, in: upperLeft)
        place(.state, in: upperRest.split(left: 1).rest)
        place(.commands, in: lowerLeft)
        place(.watches, in: lowerRest.split(left: 1).rest)
        divider = Area(column: left, row: upper.row, columns: 1, rows: upper.rows + lower.rows + 1)
    }

    private mutating func layOutStacked(focus: Pane, isZoomed: Bool) {
        var body = takeEdges(lanes: 2, hasStatus: false)
        if isZoomed {
            place(focus, in: body)
            return
        }
        let (commandLine, aboveCommands) = body.split(bottom: 1)
        let (watchRule, aboveWatches) = aboveCommands.split(bottom: 1)
        body = aboveWatches
        panes[.commands] = commandLine
        titles[.watches] = watchRule
        panes[.watches] = Area(column: 0, row: watchRule.endRow, columns: size.columns, rows: 0)
        hasShortCommands = true
        hasShortWatches = true
        // Of the rows without both titles the Timeline has somewhat more than half.
        let (upper, lower) = body.split(top: (body.rows - 2) * 9 / 16 + 1)
        place(.timeline, in: upper)
        place(.state, in: lower)
    }

    private mutating func layOutOne(focus: Pane) {
        let lanes = size.rows >= 10 ? 2 : size.rows >= 8 ? 1 : 0
        place(focus, in: takeEdges(lanes: lanes, hasStatus: false))
    }

    private mutating func place(_ pane: Pane, in area: Area) {
        let (title, content) = area.split(top: 1)
        titles[pane] = title
        panes[pane] = content
    }

    /// A pane's cells, none where it is not shown.
    package subscript(pane: Pane) -> Area { panes[pane] ?? Area(columns: 0, rows: 0) }
}
