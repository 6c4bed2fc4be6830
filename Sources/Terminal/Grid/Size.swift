/// The size of a screen or of a part of it, in cells.
package struct Size: Sendable, Hashable {
    /// More than any real window has; a terminal that reports more is believed up to here.
    package static let largest = Size(columns: 1000, rows: 1000)

    package let columns: Int
    package let rows: Int

    /// A size; negative numbers are zero.
    package init(columns: Int, rows: Int) {
        self.columns = max(0, columns)
        self.rows = max(0, rows)
    }
}

/// A cell's place, counted from the top left corner, which is column 0 and row 0.
package struct Position: Sendable, Hashable {
    package var column: Int
    package var row: Int

    package init(column: Int, row: Int) {
        self.column = column
        self.row = row
    }
}
