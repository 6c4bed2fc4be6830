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

    /// The rows behind one of them; from the first where there is none.
    func rows(behind last: (moment: Timestamp, row: Int64)?, limit: Int) -> [Int64] {
        let start = last.map { $0.row < .max ? place(of: $0.row + 1, at: $0.moment) : entries.count } ?? 0
        return entries[start...].prefix(max(0, limit)).map(\.row)
    }

    private func place(of row: Int64, at moment: Timestamp) -> Int {
        entries.partition { $0.moment == moment ? $0.row < row : $0.moment < moment }
    }
}
