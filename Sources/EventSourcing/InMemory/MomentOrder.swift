import Actors

/// Numbers of rows in the order of a moment, and where that is the same, of the numbers.
struct MomentOrder: Sendable {
    private var entries: [(moment: Timestamp, row: Int64)] = []

    /// The earliest moment.
    var first: Timestamp? { entries.first?.moment }

    /// Puts a row at its moment, which it must not be at already.
    mutating func insert(_ row: Int64, at moment: Timestamp) {
        entries.insert((moment, row), at: place(of: row, at: moment))
    }

    /// Takes a row away that is at its moment.
    mutating func remove(_ row: Int64, at moment: Timestamp) { entries.remove(at: place(of: row, at: moment)) }

    /// The first rows at or before a moment.
    func rows(through moment: Timestamp, limit: Int) -> [Int64] {
        entries.prefix(max(0, limit)).prefix { $0.moment <= moment }.map(\.row)
    }

    private func place(of row: Int64, at moment: Timestamp) -> Int {
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            let entry = entries[middle]
            let isBefore = entry.moment == moment ? entry.row < row : entry.moment < moment
            if isBefore { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
