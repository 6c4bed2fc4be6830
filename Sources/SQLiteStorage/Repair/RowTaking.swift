internal import CSQLite
internal import EventSourcing

/// Writes rows of a damaged file into the same table of a new one, and decides between two that contradict each other.
final class RowTaking {
    /// What became of a row.
    enum Outcome: Hashable {
        case taken
        /// The very same row is there.
        case known
        /// It can't be what the layout says.
        case refused
        /// Another row has the key, or the name, that it says it has; the row with this key is left out.
        case contradicted(key: Int64)
    }

    private let table: Layout.Table
    private let reading: LogReading
    private let rows: LineRows
    private let insertion: Statement

    init(_ table: Layout.Table, _ reading: LogReading) throws {
        self.table = table
        self.reading = reading
        rows = LineRows(reading)
        let places = table.columns.indices.map { "?\($0 + 1)" }.joined(separator: ", ")
        // A table that is read from both ends has every row twice.
        let verb = table.keyColumn == nil ? "INSERT OR IGNORE" : "INSERT"
        insertion = try Statement(
            "\(verb) INTO \(table.name) (\(table.columns.joined(separator: ", "))) VALUES (\(places))",
            on: reading.connection)
    }

    /// Takes a row over.
    func take(_ row: [RepairValue]) throws -> Outcome {
        if table.name == "events", let position = row.first?.integer, position < 1 || position == .max {
            return .refused
        }
        switch try insert(row) {
        case .taken, .known: return reading.connection.changedRows > 0 ? .taken : .known
        case .refused: return .refused
        case .contradicted(let key): return try decide(row, key)
        }
    }

    private func insert(_ row: [RepairValue]) throws -> Outcome {
        defer { insertion.reset() }
        for (place, value) in row.enumerated() { try insertion.bind(value, at: Int32(place + 1)) }
        do {
            try insertion.run()
            return .taken
        } catch let error as StoreError where error.reason == .corrupt {
            switch ResultCode(rawValue: sqlite3_extended_errcode(reading.connection.handle)) {
            case .SQLITE_CONSTRAINT_PRIMARYKEY, .SQLITE_CONSTRAINT_UNIQUE:
                return .contradicted(key: row.first?.integer ?? 0)
            default: return .refused
            }
        }
    }

    /// Of two events at one place the one stays that fits its checksum; else, as in all other tables, the one that came
    /// first.
    private func decide(_ row: [RepairValue], _ key: Int64) throws -> Outcome {
        guard table.name == "events", row.count > 2, let stream = row[1].integer, let number = row[2].integer
        else { return .contradicted(key: key) }
        var others: [[RepairValue]] = []
        do {
            let statement = try Statement(
                """
                SELECT \(table.columns.joined(separator: ", ")) FROM events
                WHERE position = ?1 OR (stream = ?2 AND sequence_number = ?3)
                """, on: reading.connection)
            for (place, value) in [key, stream, number].enumerated() { try statement.bind(value, at: Int32(place + 1)) }
            while let other = try statement.nextRow(table.columns.count) { others.append(other) }
        }
        if others.contains(row) { return .known }
        guard try isIntact(row), try !others.contains(where: { try isIntact($0) }) else {
            return .contradicted(key: key)
        }
        for other in others {
            try reading.connection.execute("DELETE FROM events WHERE position = \(other.first?.integer ?? 0)")
        }
        _ = try insert(row)
        return .contradicted(key: others.first?.first?.integer ?? 0)
    }

    private func isIntact(_ row: [RepairValue]) throws -> Bool {
        let events = LineTable.events
        guard let checksum = try rows.checksum(of: row.map(\.ofLine), events) else { return false }
        return checksum.fits(row[events.place(of: "checksum")].integer)
    }
}
