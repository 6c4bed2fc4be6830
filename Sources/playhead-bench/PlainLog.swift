import CSQLite

/// The limit: the statements of one append, and of reading a stream, in C-API calls with nothing in between.
final class PlainLog {
    private var database: OpaquePointer?
    private let payload: [UInt8]
    private var begin: OpaquePointer?
    private var head: OpaquePointer?
    private var last: OpaquePointer?
    private var insert: OpaquePointer?
    private var update: OpaquePointer?
    private var commit: OpaquePointer?
    private var next = 0
    private static let streams = 1_000

    /// Opens a store file and prepares every statement once; the streams are made first.
    init(_ path: String, payload: [UInt8], synchronous: String = "FULL") throws {
        self.payload = payload
        guard sqlite3_open_v2(path, &database, SQLITE_OPEN_READWRITE, nil) == SQLITE_OK else {
            throw BenchError(reason: "\(path) can't be opened")
        }
        try execute("PRAGMA journal_mode = WAL")
        try execute("PRAGMA synchronous = \(synchronous)")
        try execute("INSERT OR IGNORE INTO event_types (type, name) VALUES (1, 'Reading')")
        try execute(
            "INSERT OR IGNORE INTO writers (writer, id, host, process, started, program, version) "
                + "VALUES (1, zeroblob(16), '', 0, 0, '', '')")
        try execute("BEGIN")
        for stream in 0..<Self.streams {
            try execute(
                "INSERT OR IGNORE INTO streams (stream, entity_type, entity_id, head, deleted_to, event_count, first_time, "
                    + "last_time, writer, epoch) VALUES (\(stream + 1), 'Sensor', 'sensor-\(stream)', 0, 0, 0, 0, 0, 1, 1)"
            )
        }
        try execute("COMMIT")
        begin = try prepare("BEGIN IMMEDIATE")
        head = try prepare(
            "SELECT stream, head, deleted_to, event_count, first_time, last_time, writer, epoch FROM streams "
                + "WHERE entity_type = ?1 AND entity_id = ?2")
        last = try prepare("SELECT (SELECT max(position) FROM events), high_water FROM store WHERE id = 1")
        insert = try prepare(
            "INSERT INTO events (position, stream, sequence_number, type, schema_version, time, writer, epoch, "
                + "checksum, correlation_id, causation_id, command_id, metadata, payload) "
                + "VALUES (?1, ?2, ?3, 1, 1, 1740902400000000, 1, 1, 77, NULL, NULL, NULL, NULL, ?4)")
        update = try prepare(
            "UPDATE streams SET head = ?2, deleted_to = 0, event_count = ?2, first_time = 1740902400000000, "
                + "last_time = 1740902400000000, writer = 1, epoch = 1 WHERE stream = ?1")
        commit = try prepare("COMMIT")
    }

    deinit {
        for statement in [begin, head, last, insert, update, commit] { sqlite3_finalize(statement) }
        sqlite3_close(database)
    }

    /// Sixteen commits of one event each.
    func appendOne() throws -> Int {
        for _ in 0..<16 { try append(in: 1) }
        return 16
    }

    /// One commit of so many events of one stream.
    func appendBatch(_ count: Int) throws -> Int {
        try append(in: 1, batch: count)
        return count
    }

    /// One commit of so many events, each of another stream.
    func appendGroup(_ count: Int) throws -> Int {
        try append(in: count)
        return count
    }

    private func append(in streams: Int, batch: Int = 1) throws {
        try step(begin)
        for _ in 0..<streams { try write(batch) }
        try step(commit)
    }

    private func write(_ count: Int) throws {
        next += 1
        let name = "sensor-\(next % Self.streams)"
        _ = csqlite_bind_text_copy(head, 1, "Sensor", 6)
        _ = csqlite_bind_text_copy(head, 2, name, Int32(name.utf8.count))
        guard sqlite3_step(head) == SQLITE_ROW else { throw failure() }
        let (stream, number) = (sqlite3_column_int64(head, 0), sqlite3_column_int64(head, 1))
        sqlite3_reset(head)
        guard sqlite3_step(last) == SQLITE_ROW else { throw failure() }
        let position = sqlite3_column_int64(last, 0)
        sqlite3_reset(last)
        for event in 1...Int64(count) {
            sqlite3_bind_int64(insert, 1, position + event)
            sqlite3_bind_int64(insert, 2, stream)
            sqlite3_bind_int64(insert, 3, number + event)
            payload.withUnsafeBytes { bytes in
                _ = csqlite_bind_blob_static(insert, 4, bytes.baseAddress, Int32(bytes.count))
            }
            try step(insert)
        }
        sqlite3_bind_int64(update, 1, stream)
        sqlite3_bind_int64(update, 2, number + Int64(count))
        try step(update)
    }

    /// Steps over the whole rows of a store, by position, and answers how many there were.
    static func stepAll(_ path: String) throws -> Int { try step(path, "ORDER BY position") }

    /// Steps over a stream's whole rows as recovery reads them, and answers how many there were.
    static func stepRows(_ path: String, stream: String) throws -> Int {
        try step(
            path, "WHERE stream = (SELECT stream FROM streams WHERE entity_id = '\(stream)') ORDER BY sequence_number")
    }

    private static func step(_ path: String, _ rest: String) throws -> Int {
        var database: OpaquePointer?
        guard sqlite3_open_v2(path, &database, SQLITE_OPEN_READONLY, nil) == SQLITE_OK else {
            throw BenchError(reason: "\(path) can't be opened")
        }
        defer { sqlite3_close(database) }
        // As our reader of an own store does.
        sqlite3_exec(database, "PRAGMA mmap_size = \(Int64(1) << 40)", nil, nil, nil)
        var statement: OpaquePointer?
        sqlite3_prepare_v2(
            database,
            "SELECT position, sequence_number, type, schema_version, time, writer, epoch, checksum, correlation_id, "
                + "causation_id, command_id, metadata, payload FROM events " + rest, -1, &statement, nil)
        defer { sqlite3_finalize(statement) }
        var (rows, sum): (Int, Int64) = (0, 0)
        while sqlite3_step(statement) == SQLITE_ROW {
            sum &+= Self.sum(statement)
            rows += 1
        }
        return sum == 0 ? 0 : rows
    }

    /// Takes every column of an event's row.
    static func sum(_ row: OpaquePointer?) -> Int64 {
        var sum: Int64 = 0
        for column in 0..<8 as Range<Int32> { sum &+= sqlite3_column_int64(row, column) }
        for column in 8..<13 as Range<Int32> where sqlite3_column_blob(row, column) != nil {
            sum &+= Int64(sqlite3_column_bytes(row, column))
        }
        return sum
    }

    private func step(_ statement: OpaquePointer?) throws {
        let code = sqlite3_step(statement)
        guard code == SQLITE_DONE || code == SQLITE_ROW else { throw failure() }
        sqlite3_reset(statement)
    }

    private func execute(_ sql: String) throws {
        guard sqlite3_exec(database, sql, nil, nil, nil) == SQLITE_OK else { throw failure() }
    }

    private func prepare(_ sql: String) throws -> OpaquePointer? {
        var statement: OpaquePointer?
        guard sqlite3_prepare_v2(database, sql, -1, &statement, nil) == SQLITE_OK else { throw failure() }
        return statement
    }

    private func failure() -> BenchError { BenchError(reason: String(cString: sqlite3_errmsg(database))) }
}
