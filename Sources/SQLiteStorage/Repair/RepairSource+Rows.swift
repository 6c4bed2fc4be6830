internal import CSQLite
internal import EventSourcing

/// A value of a row as it stands in a file that nobody believes.
enum RepairValue: Hashable, Sendable {
    case null
    case integer(Int64)
    case text([UInt8])
    case bytes([UInt8])

    var integer: Int64? { if case .integer(let number) = self { number } else { nil } }

    /// The same value as a line has it.
    var ofLine: LineValue {
        switch self {
        case .null: .null
        case .integer(let number): .integer(number)
        case .text(let bytes): .text(String(decoding: bytes, as: UTF8.self))
        case .bytes(let bytes): .bytes(bytes)
        }
    }
}

extension RepairSource {
    /// A stretch of a table's keys in which rows can't be read; nil where it has no end.
    struct Lost: Hashable, Sendable {
        var first: Int64
        var last: Int64?
    }

    /// Visits each row of a table that can be read, and tells each stretch of keys in which some can't.
    ///
    /// Keys mostly rise; behind a damaged place they may fall for a while.
    func eachRow(
        of table: Layout.Table, row visit: ([RepairValue]) throws -> Void, lost: (Lost) throws -> Void
    ) throws {
        guard let key = table.keyColumn else { return try eachRowByName(of: table, row: visit, lost: lost) }
        let rows = try RowsByKey(of: table, by: key, on: connection)
        try rows.readAll(visit)
        for stretch in rows.lostStretches { try lost(stretch) }
    }

    /// A table without whole numbers for keys is read from both ends.
    private func eachRowByName(
        of table: Layout.Table, row visit: ([RepairValue]) throws -> Void, lost: (Lost) throws -> Void
    ) throws {
        let columns = table.columns.joined(separator: ", ")
        var isDamaged = false
        for order in ["ASC", "DESC"] {
            let keys = table.nameColumns.map { "\($0) \(order)" }.joined(separator: ", ")
            var isOver = false
            do {
                let statement = try Statement("SELECT \(columns) FROM \(table.name) ORDER BY \(keys)", on: connection)
                // What comes from both ends is written once: the same key is there already.
                while let row = try statement.nextRow(table.columns.count) { try VisitFailure.wrap { try visit(row) } }
                isOver = true
            } catch let error as StoreError where error.isAtRow {
                isDamaged = true
            } catch let failure as VisitFailure {
                throw failure.error
            }
            if isOver { break }
        }
        if isDamaged { try lost(Lost(first: 0, last: nil)) }
    }
}

/// What a visitor throws has nothing to do with the file that is read, whatever it is.
struct VisitFailure: Error {
    let error: any Error

    static func wrap(_ visit: () throws -> Void) throws {
        do { try visit() } catch { throw VisitFailure(error: error) }
    }
}

extension Statement {
    /// The values of the next row; nil behind the last one.
    func nextRow(_ columns: Int) throws -> [RepairValue]? {
        guard try step() else { return nil }
        return (0..<Int32(columns)).map { column in
            switch type(at: column) {
            case SQLITE_INTEGER: .integer(anyInteger(at: column))
            case SQLITE_TEXT: .text(bytes(at: column).map { Array($0) } ?? [])
            case SQLITE_BLOB: .bytes(bytes(at: column).map { Array($0) } ?? [])
            default: .null
            }
        }
    }

    func bind(_ value: RepairValue, at index: Int32) throws {
        switch value {
        case .null: try bindNull(at: index)
        case .integer(let number): try bind(number, at: index)
        case .text(let bytes): try bindText(bytes, at: index)
        case .bytes(let bytes): try bindCopy(of: bytes, at: index)
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
