/// One complete screen as a value: what a view returns, tests compare, and surfaces show.
///
/// Nothing is ever written outside its size or an area's: what does not fit is cut, and a wide character at the
/// right edge becomes a space.
package struct Frame: Sendable, Hashable {
    package let size: Size
    /// Row by row, each from left to right; `size.columns * size.rows` cells.
    package private(set) var cells: [Cell]
    /// Where the hardware cursor stands; hidden when there is none.
    package var cursor: Position?

    package init(size: Size) {
        self.size = size
        cells = Array(repeating: .blank, count: size.columns * size.rows)
    }

    package var area: Area { Area(size) }

    /// The cell at a place; a blank one outside of the frame.
    package subscript(column: Int, row: Int) -> Cell {
        guard column >= 0, column < size.columns, row >= 0, row < size.rows else { return .blank }
        return cells[row * size.columns + column]
    }

    /// Draws text from a place to the right and says how many columns it used.
    ///
    /// - Parameters:
    ///   - column: Relative to the area, as `row`; text that begins left of it is cut there.
    ///   - limit: At most so many columns, with an ellipsis where something is missing; without it the edge cuts.
    ///   - area: Where it may draw; the whole frame without one.
    /// - Returns: The columns from `column` to the end of what was drawn.
    @discardableResult
    package mutating func put(
        _ text: DisplayText, column: Int, row: Int, role: Role = .text, attributes: Attributes = [],
        limit: Int? = nil, in area: Area? = nil
    ) -> Int {
        let bounds = area.map { $0.intersection(self.area) } ?? self.area
        let origin = Position(column: (area?.column ?? 0) + column, row: (area?.row ?? 0) + row)
        guard origin.row >= bounds.row, origin.row < bounds.endRow, origin.column < bounds.endColumn else { return 0 }
        var shown = text
        if let limit, shown.width > limit { shown = shown.clipped(to: limit) }
        var start = origin.column
        if start < bounds.column {
            shown = shown.dropping(columns: bounds.column - start)
            start = bounds.column
        }
        let end = write(shown, from: start, to: bounds.endColumn, row: origin.row, role: role, attributes: attributes)
        return max(0, end - origin.column)
    }

    /// Fills an area with one character; what is wider than one column counts as a space.
    package mutating func fill(
        _ area: Area, with text: DisplayText = " ", role: Role = .text, attributes: Attributes = []
    ) {
        let bounds = area.intersection(self.area)
        guard !bounds.isEmpty else { return }
        var cell = Cell(base: " ", role: role, attributes: attributes)
        text.forEachGlyph { glyph in
            if glyph.width == 1 {
                cell = Cell(base: glyph.base, marks: glyph.marks, role: role, attributes: attributes)
            }
            return false
        }
        for row in bounds.row..<bounds.endRow {
            separate(at: bounds.column, row: row)
            separate(at: bounds.endColumn, row: row)
            let start = row * size.columns
            for column in bounds.column..<bounds.endColumn { cells[start + column] = cell }
        }
    }

    /// Changes how an area looks and leaves what stands in it: a selected row, a dimmed pane.
    package mutating func restyle(_ area: Area, role: Role? = nil, adding attributes: Attributes = []) {
        let bounds = area.intersection(self.area)
        guard !bounds.isEmpty else { return }
        for row in bounds.row..<bounds.endRow {
            for column in bounds.column..<bounds.endColumn {
                let index = row * size.columns + column
                if let role { cells[index].role = role }
                cells[index].attributes.formUnion(attributes)
            }
        }
    }

    private mutating func write(
        _ text: DisplayText, from start: Int, to end: Int, row: Int, role: Role, attributes: Attributes
    ) -> Int {
        var column = start
        let line = row * size.columns
        separate(at: start, row: row)
        if text.isSimple {
            let count = min(text.width, end - start)
            guard count > 0 else { return start }
            separate(at: start + count, row: row)
            var string = text.plainString
            string.withUTF8 { bytes in
                cells.withUnsafeMutableBufferPointer { cells in
                    for index in 0..<count {
                        cells[line + start + index] = Cell(ascii: bytes[index], role: role, attributes: attributes)
                    }
                }
            }
            return start + count
        }
        text.forEachGlyph { glyph in
            guard column < end else { return false }
            let look = glyph.isDimmed ? attributes.union(.dim) : attributes
            if glyph.width == 2, column + 1 == end {
                separate(at: end, row: row)
                cells[line + column] = Cell(base: " ", role: role, attributes: look)
                column += 1
                return false
            }
            separate(at: column + glyph.width, row: row)
            cells[line + column] = Cell(base: glyph.base, marks: glyph.marks, role: role, attributes: look)
            if glyph.width == 2 { cells[line + column + 1] = .continuation(role: role, attributes: look) }
            column += glyph.width
            return true
        }
        return column
    }

    /// Takes a wide character that lies across this column's left edge apart, so that no half of one remains.
    private mutating func separate(at column: Int, row: Int) {
        guard column > 0, column < size.columns else { return }
        let index = row * size.columns + column
        guard cells[index].isContinuation else { return }
        cells[index - 1] = cells[index - 1].blanked
        cells[index] = cells[index].blanked
    }
}
