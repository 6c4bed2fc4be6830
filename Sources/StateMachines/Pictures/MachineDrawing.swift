/// A machine drawn in the cells of a screen: a box for each state, a line for each of its rows, and lanes that lead back.
///
///     ┌───────────┐
///     │ ▸ Idle    │
///     │           ├─ Start ──╮
///     └───────────┘          │
///     ┌───────────┐          │
///     │   Running │◀─────────╯
///     └───────────┘
public struct MachineDrawing: Hashable, Sendable, CustomStringConvertible {
    /// What a stretch of cells is, for whoever gives it a colour.
    public enum Role: Hashable, Sendable {
        /// Nothing.
        case blank
        /// The box of a state.
        case state
        /// The box of the present state.
        case currentState
        /// What stands at an edge.
        case label
        /// What stands at an edge that was taken.
        case takenLabel
        /// A line.
        case line
        /// A line that was taken.
        case takenLine
        /// A timeout of a state.
        case timeout
    }

    /// Cells of one role beside each other.
    public struct Run: Hashable, Sendable {
        /// Their text.
        public var text: String
        /// What they are.
        public var role: Role
    }

    /// The rows of cells from the top.
    public let lines: [[Run]]

    /// In which of the lines the present state has its box; nil where none is lit.
    public var current: Range<Int>? {
        guard let first = lines.firstIndex(where: { $0.contains { $0.role == .currentState } }),
            let last = lines.lastIndex(where: { $0.contains { $0.role == .currentState } })
        else { return nil }
        return first..<last + 1
    }

    /// The text of all lines, without blanks at their ends.
    public var description: String {
        lines.map { line in
            let text = line.map(\.text).joined()
            return String(text.dropLast(text.reversed().prefix { $0 == " " }.count)) + "\n"
        }.joined()
    }
}

extension MachineOutline {
    /// The machine as a drawing in cells.
    ///
    /// - Parameters:
    ///   - trace: a history, whose present state is lit and whose edges are marked.
    ///   - isShort: whether labels are the names of events alone, with a mark where there is a condition.
    ///   - columns: how many columns a character takes, from 1.
    public func drawing(
        after trace: MachineTrace? = nil, isShort: Bool = false,
        measuring columns: @escaping (Character) -> Int = { _ in 1 }
    ) -> MachineDrawing {
        var layout = DrawingLayout(self, after: trace, isShort: isShort, measuring: columns)
        layout.draw()
        return MachineDrawing(lines: layout.grid.runs)
    }
}

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
