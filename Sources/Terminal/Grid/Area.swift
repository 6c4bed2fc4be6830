/// A rectangle of cells: a pane draws in its area, in coordinates relative to it, and never outside.
package struct Area: Sendable, Hashable {
    package let column: Int
    package let row: Int
    package let columns: Int
    package let rows: Int

    /// A rectangle; negative extents are zero.
    package init(column: Int = 0, row: Int = 0, columns: Int, rows: Int) {
        self.column = column
        self.row = row
        self.columns = max(0, columns)
        self.rows = max(0, rows)
    }

    package init(_ size: Size) {
        self.init(columns: size.columns, rows: size.rows)
    }

    package var size: Size { Size(columns: columns, rows: rows) }
    package var isEmpty: Bool { columns == 0 || rows == 0 }
    /// The first column to the right of the area.
    package var endColumn: Int { column + columns }
    /// The first row below the area.
    package var endRow: Int { row + rows }

    package func contains(_ position: Position) -> Bool {
        position.column >= column && position.column < endColumn && position.row >= row && position.row < endRow
    }

    /// The cells that both have.
    package func intersection(_ other: Area) -> Area {
        let left = max(column, other.column)
        let top = max(row, other.row)
        return Area(
            column: left, row: top, columns: min(endColumn, other.endColumn) - left,
            rows: min(endRow, other.endRow) - top)
    }

    /// Cuts off rows at the top: first the cut part, then the rest; at most what there is.
    package func split(top count: Int) -> (top: Area, rest: Area) {
        let cut = min(max(0, count), rows)
        return (
            Area(column: column, row: row, columns: columns, rows: cut),
            Area(column: column, row: row + cut, columns: columns, rows: rows - cut)
        )
    }

    /// Cuts off rows at the bottom: first the cut part, then the rest; at most what there is.
    package func split(bottom count: Int) -> (bottom: Area, rest: Area) {
        let (rest, bottom) = split(top: rows - min(max(0, count), rows))
        return (bottom, rest)
    }

    /// Cuts off columns at the left: first the cut part, then the rest; at most what there is.
    package func split(left count: Int) -> (left: Area, rest: Area) {
        let cut = min(max(0, count), columns)
        return (
            Area(column: column, row: row, columns: cut, rows: rows),
            Area(column: column + cut, row: row, columns: columns - cut, rows: rows)
        )
    }

    /// Cuts off columns at the right: first the cut part, then the rest; at most what there is.
    package func split(right count: Int) -> (right: Area, rest: Area) {
        let (rest, right) = split(left: columns - min(max(0, count), columns))
        return (right, rest)
    }

    /// One row of the area, empty where there is none.
    package func line(_ index: Int) -> Area {
        let there = index >= 0 && index < rows
        return Area(column: column, row: row + index, columns: columns, rows: there ? 1 : 0)
    }

    /// The area without a margin of so many cells.
    package func inset(columns horizontal: Int = 0, rows vertical: Int = 0) -> Area {
        Area(
            column: column + min(horizontal, columns / 2), row: row + min(vertical, rows / 2),
            columns: columns - 2 * horizontal, rows: rows - 2 * vertical)
    }
}
