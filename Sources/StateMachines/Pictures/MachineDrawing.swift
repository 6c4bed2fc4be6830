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

    /// In which of the lines the present state has its box and what led there stands, from the top of the box where it began;
    /// nil where nothing is lit.
    package var lit: Range<Int>? {
        let roles: Set<Role> = [.currentState, .takenLabel, .takenLine]
        let lit = lines.indices.filter { lines[$0].contains { roles.contains($0.role) } }
        guard let first = lit.first, let last = lit.last else { return nil }
        let top = lines[...first].lastIndex { $0.first?.text.hasPrefix("┌") == true } ?? first
        return top..<last + 1
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
