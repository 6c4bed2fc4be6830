internal import CSQLite
internal import EventSourcing

/// A store file of which everything is read that can be read, row by row, and nothing is believed.
///
/// It asks less of a file than a reader does: tables and indexes may be missing.
final class RepairSource {
    let path: String
    let connection: Connection
    /// The tables that are there and are tables.
    let tables: Set<String>
    /// What is wrong with the file, or with the log beside it, as a whole.
    let problems: [String]
    let interruption = Interruption()

    /// Opens a file for looking; throws `StoreError` where it is no store, or its first page can't be read.
    init(_ path: String) throws {
        self.path = path
        let file = try StoreFile(path)
        let mode = try file.modeForLooking()
        let shortfall: String? = if case .lookingAlone = mode { file.shortfall } else { nil }
        problems = [shortfall, file.logProblem].compactMap(\.self)
        do {
            let opened = try Connection(path, mode, interruption: interruption)
            try opened.restrictToLooking()
            if shortfall != nil { try opened.acceptCutFile() }
            guard try opened.integer("PRAGMA application_id") == Int64(Layout.applicationID) else {
                throw StoreError(.notAStore)
            }
            let version = try opened.integer("PRAGMA user_version") ?? 0
            guard version <= Int64(Layout.version) else { throw StoreError(.newerLayout(version: Int(version))) }
            var names: Set<String> = []
            do {
                let statement = try Statement("SELECT name, type, rootpage FROM sqlite_schema", on: opened)
                while try statement.step() {
                    guard statement.text(at: 1) == "table", statement.anyInteger(at: 2) > 0 else { continue }
                    names.insert(statement.text(at: 0) ?? "")
                }
            }
            tables = names
            connection = opened
        } catch let error as StoreError {
            throw error.at(path)
        }
    }

    /// A stretch of a table's keys in which rows can't be read; nil where it has no end.
    struct Lost: Hashable, Sendable {
        var first: Int64
        var last: Int64?
    }

    /// Visits each row of a table that can be read, by rising keys, and each stretch that can't.
    ///
    /// Where a row can't be read the next one that can is looked for by keys further and further on, and then back.
    func eachRow(
        of table: Layout.Table, row visit: (borrowing Statement) throws -> Void, lost: (Lost) throws -> Void
    ) throws {
        let columns = table.columns.joined(separator: ", ")
        guard let key = table.keyColumn else { return try eachRowByName(of: table, columns, row: visit, lost: lost) }
        let sql = "SELECT \(columns) FROM \(table.name) WHERE \(key) >= ?1 ORDER BY \(key)"
        var next = Int64.min
        while true {
            do {
                let statement = try Statement(sql, on: connection)
                try statement.bind(next, at: 1)
                while try statement.step() {
                    // A page of zeros has rows too, all of them at the wrong place.
                    guard let found = statement.integer(at: 0), found >= next else {
                        throw StoreError(.corrupt, detail: "a row stands at the wrong place")
                    }
                    try visit(statement)
                    if found == .max { return }
                    next = found + 1
                }
                return
            } catch let error as StoreError where error.isAtRow {
                let resumed = try resumption(behind: next, sql)
                try lost(Lost(first: max(next, 1), last: resumed.map { $0 - 1 }))
                guard let resumed else { return }
                next = resumed
            }
        }
    }

    /// The lowest key, as far as can be told, from which on rows can be read again; nil where there is none.
    private func resumption(behind key: Int64, _ sql: String) throws -> Int64? {
        var (bad, step) = (key, Int64(1))
        // A table whose first rows are lost begins at 1, or at nothing that is worth a search.
        if bad < 0 { bad = 0 }
        while true {
            let (good, overflow) = bad.addingReportingOverflow(step)
            if overflow { return nil }
            if let found = try firstKey(from: good, sql) {
                guard let found = found.key else { return nil }
                return try lowest(above: bad, below: good, sql) ?? found
            }
            step *= 2
            if step > 1 << 60 { return nil }
        }
    }

    /// The first key from one on; nil where it can't be read, and no key in it where there is none.
    private func firstKey(from key: Int64, _ sql: String) throws -> (key: Int64?, Void)? {
        do {
            let statement = try Statement(sql, on: connection)
            try statement.bind(key, at: 1)
            guard try statement.step() else { return (nil, ()) }
            guard let found = statement.integer(at: 0), found >= key else { return nil }
            return (found, ())
        } catch let error as StoreError where error.isAtRow {
            return nil
        }
    }

    private func lowest(above bad: Int64, below good: Int64, _ sql: String) throws -> Int64? {
        var (low, high) = (bad, good)
        while low + 1 < high {
            let middle = low + (high - low) / 2
            if try firstKey(from: middle, sql) != nil { high = middle } else { low = middle }
        }
        return try firstKey(from: high, sql)?.key
    }

    /// A table without whole numbers for keys is read from both ends.
    private func eachRowByName(
        of table: Layout.Table, _ columns: String, row visit: (borrowing Statement) throws -> Void,
        lost: (Lost) throws -> Void
    ) throws {
        var isDamaged = false
        for order in ["ASC", "DESC"] {
            do {
                let keys = table.nameColumns.map { "\($0) \(order)" }.joined(separator: ", ")
                let statement = try Statement("SELECT \(columns) FROM \(table.name) ORDER BY \(keys)", on: connection)
                // What comes from both ends is written once: the same key is there already.
                while try statement.step() { try visit(statement) }
                break
            } catch let error as StoreError where error.isAtRow {
                isDamaged = true
            }
        }
        if isDamaged { try lost(Lost(first: 0, last: nil)) }
    }

    /// Visits the rows of an index that holds all that is needed, as far as it can be read.
    func eachEntry(_ sql: String, _ visit: (borrowing Statement) throws -> Void) throws {
        do {
            let statement = try Statement(sql, on: connection)
            while try statement.step() { try visit(statement) }
        } catch let error as StoreError where error.isAtRow {
            return
        }
    }
}

extension Layout.Table {
    /// The column of its whole-number key; nil where it has none.
    var keyColumn: String? {
        columns.first.flatMap { first in sql.contains("    \(first) INTEGER PRIMARY KEY") ? first : nil }
    }

    /// The columns of its key where that is no whole number.
    var nameColumns: [String] {
        name == "projection_rows" ? ["projection", "key"] : columns.first.map { [$0] } ?? []
    }
}
