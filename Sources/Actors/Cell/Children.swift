/// The living children of one parent, by name, and in the order in which they were spawned.
struct Children {
    private var cells: [String: (order: Int, cell: Cell)] = [:]
    private var spawned = 0
    /// True once the parent stops, so that it gets no more.
    var isClosed = false

    var isEmpty: Bool { cells.isEmpty }

    var count: Int { cells.count }

    /// In the order they were spawned in, never in the dictionary's.
    var inOrder: [Cell] {
        cells.values.sorted { $0.order < $1.order }.map(\.cell)
    }

    func contains(_ cell: Recipient) -> Bool {
        cells[cell.path.name]?.cell === cell
    }

    /// A name that no living child has: the one asked for, or with a number behind it.
    mutating func freeName(_ wanted: String?) -> String {
        var name = wanted ?? ""
        while name.isEmpty || cells[name] != nil {
            spawned += 1
            name = (wanted ?? "") + "#\(spawned)"
        }
        return name
    }

    mutating func add(_ cell: Cell, name: String) {
        spawned += 1
        cells[name] = (spawned, cell)
    }

    mutating func remove(_ cell: Cell) {
        let name = cell.path.name
        if let entry = cells[name], entry.cell === cell {
            cells[name] = nil
        }
    }
}
