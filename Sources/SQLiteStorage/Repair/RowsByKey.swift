internal import EventSourcing

/// The rows of a table by its whole-number keys, read around what can't be read.
///
/// A read goes on from row to row until one fails. From there keys further and further on are tried until reading works
/// again; from that key it is read back down to the damage, and then what lies between is searched by halves, because it
/// may hold more than one damaged place.
final class RowsByKey {
    private let rising: Statement
    private let falling: Statement
    private let columns: Int
    private var lost: [ClosedRange<Int64>] = []
    /// How many more keys are tried in this table, so that a hostile file can't keep a repair busy for ever.
    private var triesLeft = 1 << 18

    /// So many keys are tried in a stretch, which is longer than a page has rows of any table.
    private static let triesPerStretch = 4_096
    /// So many where nothing behind it can be read, and a stretch may be as long as keys go.
    private static let triesPerOpenStretch = 64
    /// So many rows that stand at the wrong place one after the other are a damaged page.
    private static let mostMisplaced = 1_000

    init(of table: Layout.Table, by key: String, on connection: borrowing Connection) throws {
        let statements = Self.statements(of: table, by: key)
        rising = try Statement(statements.rising, on: connection)
        falling = try Statement(statements.falling, on: connection)
        columns = table.columns.count
    }

    /// What reads the rows of a table from a key on, and back from one.
    static func statements(of table: Layout.Table, by key: String) -> (rising: String, falling: String) {
        let list = table.columns.joined(separator: ", ")
        // An index may be damaged too.
        let rows = "SELECT \(list) FROM \(table.name) NOT INDEXED WHERE \(key)"
        return ("\(rows) >= ?1 ORDER BY \(key)", "\(rows) <= ?1 ORDER BY \(key) DESC")
    }

    /// The stretches in which rows can't be read, by rising keys.
    var lostStretches: [RepairSource.Lost] {
        var joined: [ClosedRange<Int64>] = []
        for stretch in lost.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let before = joined.last,
                stretch.lowerBound <= before.upperBound || stretch.lowerBound == before.upperBound + 1
            {
                joined[joined.count - 1] = before.lowerBound...max(before.upperBound, stretch.upperBound)
            } else {
                joined.append(stretch)
            }
        }
        return joined.map {
            RepairSource.Lost(first: max($0.lowerBound, 1), last: $0.upperBound == .max ? nil : $0.upperBound)
        }
    }

    func readAll(_ visit: ([RepairValue]) throws -> Void) throws {
        do {
            var next: Int64? = .min
            while let from = next {
                guard let bad = try read(from: from, through: .max, visit) else { return }
                next = try readAround(bad, visit)
            }
        } catch let failure as VisitFailure {
            throw failure.error
        }
    }

    // MARK: - Searching

    /// Reads what can be read behind a key at which reading failed, up to where it works again, and answers the key from
    /// which on to go on; nil where nothing follows.
    private func readAround(_ bad: Int64, _ visit: ([RepairValue]) throws -> Void) throws -> Int64? {
        // A table whose first rows are lost begins at 1, or at nothing that is worth a search.
        let bad = max(bad, 0)
        var step = Int64(1)
        while true {
            let (key, overflow) = bad.addingReportingOverflow(step)
            if overflow || step > 1 << 60 { break }
            let found = try firstKey(from: key)
            if found == .unreadable {
                step *= 2
                continue
            }
            let rest = try readBack(from: key - 1, to: bad, visit)
            if let rest { try search(bad...rest, tries: Self.triesPerStretch, visit) }
            if case .key(let next) = found { return next }
            return nil
        }
        try search(bad...Int64.max, tries: Self.triesPerOpenStretch, visit)
        return nil
    }

    /// Looks for rows in a stretch about which nothing is known: in parts that grow, as most damage is short, and in each
    /// by halves.
    private func search(
        _ stretch: ClosedRange<Int64>, tries: Int, _ visit: ([RepairValue]) throws -> Void
    ) throws {
        var (first, length) = (stretch.lowerBound, Int64(tries))
        while true {
            let (end, overflow) = first.addingReportingOverflow(length - 1)
            let last = overflow ? stretch.upperBound : min(end, stretch.upperBound)
            try searchByHalves(first...last, tries: tries, visit)
            if last == stretch.upperBound { return }
            first = last + 1
            length = length > 1 << 60 ? .max : length * 2
        }
    }

    private func searchByHalves(
        _ stretch: ClosedRange<Int64>, tries: Int, _ visit: ([RepairValue]) throws -> Void
    ) throws {
        // The longest parts come first, so that what is left untried is short.
        var (parts, place, tries) = ([stretch], 0, tries)
        func add(_ first: Int64, _ last: Int64) { if first <= last { parts.append(first...last) } }
        while place < parts.count {
            let part = parts[place]
            place += 1
            guard tries > 0, triesLeft > 0 else {
                lost.append(part)
                continue
            }
            tries -= 1
            triesLeft -= 1
            let middle = part.lowerBound + (part.upperBound - part.lowerBound) / 2
            switch try firstKey(from: middle) {
            case .unreadable:
                lost.append(middle...middle)
                if middle > part.lowerBound { add(part.lowerBound, middle - 1) }
                if middle < part.upperBound { add(middle + 1, part.upperBound) }
            case .key(let found) where found <= part.upperBound:
                if let rest = try read(from: found, through: part.upperBound, visit) { add(rest, part.upperBound) }
                if middle > part.lowerBound, let rest = try readBack(from: middle - 1, to: part.lowerBound, visit) {
                    add(part.lowerBound, rest)
                }
            case .key, .nothing:
                if middle > part.lowerBound, let rest = try readBack(from: middle - 1, to: part.lowerBound, visit) {
                    add(part.lowerBound, rest)
                }
            }
        }
    }

    private enum FirstKey: Hashable {
        case key(Int64)
        case nothing
        case unreadable
    }

    /// The first key from one on.
    private func firstKey(from key: Int64) throws -> FirstKey {
        defer { rising.reset() }
        do {
            try rising.bind(key, at: 1)
            guard try rising.step() else { return .nothing }
            guard let found = rising.integer(at: 0), found >= key else { return .unreadable }
            return .key(found)
        } catch let error as StoreError where error.isAtRow {
            return .unreadable
        }
    }

    // MARK: - Reading

    /// Reads rows by rising keys, and answers the key from which on it could not; nil where all were read.
    ///
    /// A row whose key is damaged is passed over: its key is too large where smaller ones that are plausible follow it, and
    /// too small where it is not above the one before it.
    private func read(
        from first: Int64, through last: Int64, _ visit: ([RepairValue]) throws -> Void
    ) throws -> Int64? {
        defer { rising.reset() }
        var pending: [RepairValue]?
        // The last key that is known to stand at its place, and of the row that waits for one that says so of it.
        var (good, waiting) = (max(first, 1) - 1, first)
        var (misplaced, isAnyMisplaced) = (0, false)
        do {
            try rising.bind(first, at: 1)
            while let row = try rising.nextRow(columns) {
                // No row has a key below 1, which is told of the row, and says nothing of those beside it.
                if let key = row.first?.integer, key < 1 {
                    try VisitFailure.wrap { try visit(row) }
                    continue
                }
                guard let key = row.first?.integer, key > good else {
                    isAnyMisplaced = true
                    misplaced += 1
                    if misplaced > Self.mostMisplaced { throw StoreError(.corrupt) }
                    continue
                }
                if let before = pending {
                    if key > waiting {
                        try VisitFailure.wrap { try visit(before) }
                        if isAnyMisplaced, waiting > good + 1 { lost.append(good + 1...waiting - 1) }
                        (good, isAnyMisplaced, misplaced) = (waiting, false, 0)
                    } else {
                        isAnyMisplaced = true
                        misplaced += 1
                        if misplaced > Self.mostMisplaced { throw StoreError(.corrupt) }
                    }
                }
                if key > last {
                    pending = nil
                    break
                }
                (pending, waiting) = (row, key)
            }
            if let before = pending {
                try VisitFailure.wrap { try visit(before) }
                if isAnyMisplaced, waiting > good + 1 { lost.append(good + 1...waiting - 1) }
                (good, isAnyMisplaced) = (waiting, false)
            }
            if isAnyMisplaced, good < last { lost.append(good + 1...last) }
            return nil
        } catch let error as StoreError where error.isAtRow {
            if let before = pending {
                try VisitFailure.wrap { try visit(before) }
                if isAnyMisplaced, waiting > good + 1 { lost.append(good + 1...waiting - 1) }
                good = waiting
            }
            return good < last ? good + 1 : nil
        }
    }

    /// Reads rows by falling keys, and answers the key from which on downwards it could not; nil where all were read.
    private func readBack(
        from last: Int64, to first: Int64, _ visit: ([RepairValue]) throws -> Void
    ) throws -> Int64? {
        defer { falling.reset() }
        var next = last
        do {
            try falling.bind(last, at: 1)
            while let row = try falling.nextRow(columns) {
                guard let key = row.first?.integer, key <= next else { throw StoreError(.corrupt) }
                if key < first { return nil }
                try VisitFailure.wrap { try visit(row) }
                if key == first { return nil }
                next = key - 1
            }
            return nil
        } catch let error as StoreError where error.isAtRow {
            return next
        }
    }
}
