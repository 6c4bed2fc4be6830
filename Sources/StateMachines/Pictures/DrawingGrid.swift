/// Cells while they are drawn.
struct DrawingGrid {
    private struct Cell {
        /// Empty behind a character of two columns.
        var text: String = " "
        var sides: Sides = []
        var role = MachineDrawing.Role.blank
    }

    /// Where the lines of a cell lead.
    struct Sides: OptionSet {
        let rawValue: UInt8

        static let up = Sides(rawValue: 1)
        static let down = Sides(rawValue: 2)
        static let left = Sides(rawValue: 4)
        static let right = Sides(rawValue: 8)
    }

    private var rows: [[Cell]]

    init(columns: Int, rows count: Int) {
        rows = Array(repeating: Array(repeating: Cell(), count: columns), count: count)
    }

    /// Writes text, and answers the column behind it.
    @discardableResult
    mutating func write(
        _ text: String, at column: Int, _ row: Int, _ role: MachineDrawing.Role, measuring columns: (Character) -> Int
    ) -> Int {
        var column = column
        for character in text {
            let width = max(1, columns(character))
            for place in column..<column + width where rows[row].indices.contains(place) {
                rows[row][place] = Cell(text: place == column ? String(character) : "", role: role)
            }
            column += width
        }
        return column
    }

    /// Adds a piece of line to a cell; one that was taken stays so.
    mutating func join(_ sides: Sides, at column: Int, _ row: Int, taken: Bool) {
        rows[row][column].sides.formUnion(sides)
        if rows[row][column].role != .takenLine { rows[row][column].role = taken ? .takenLine : .line }
    }

    /// Each row as stretches of one role.
    var runs: [[MachineDrawing.Run]] {
        rows.map { row in
            var runs: [MachineDrawing.Run] = []
            for cell in row {
                let text = cell.sides.isEmpty ? cell.text : cell.sides.character
                if let last = runs.indices.last, runs[last].role == cell.role {
                    runs[last].text += text
                } else {
                    runs.append(MachineDrawing.Run(text: text, role: cell.role))
                }
            }
            return runs
        }
    }
}

extension DrawingGrid.Sides {
    fileprivate var character: String {
        switch self {
        case [.left, .right], [.left], [.right]: "─"
        case [.up, .down], [.up], [.down]: "│"
        case [.left, .up]: "╯"
        case [.left, .down]: "╮"
        case [.right, .up]: "╰"
        case [.right, .down]: "╭"
        case [.left, .up, .down]: "┤"
        case [.right, .up, .down]: "├"
        case [.left, .right, .up]: "┴"
        case [.left, .right, .down]: "┬"
        default: "┼"
        }
    }
}
