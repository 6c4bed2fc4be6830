import CSQLite
import EventSourcing

/// The limit of a recovery from a snapshot: the statements that it takes, in C-API calls with nothing in between.
final class PlainRecovery {
    private var database: OpaquePointer?
    private var statements: [OpaquePointer?] = []

    init(_ path: String) throws {
        guard sqlite3_open_v2(path, &database, SQLITE_OPEN_READONLY, nil) == SQLITE_OK else {
            throw BenchError(reason: "\(path) can't be opened")
        }
        statements = try [
            "SELECT stream, head, deleted_to, writer, epoch FROM streams WHERE entity_type = ?1 AND entity_id = ?2",
            "SELECT sequence_number, state_type, schema_version, writer, epoch, time, checksum, state FROM snapshots "
                + "WHERE persistence_id = ?1 AND sequence_number <= ?2 ORDER BY sequence_number DESC LIMIT 1",
            "SELECT position, sequence_number, type, schema_version, time, writer, epoch, checksum, correlation_id, "
                + "causation_id, command_id, metadata, payload FROM events WHERE stream = ?1 AND sequence_number "
                + "BETWEEN ?2 AND ?3 ORDER BY sequence_number",
        ].map { sql in
            var statement: OpaquePointer?
            guard sqlite3_prepare_v2(database, sql, -1, &statement, nil) == SQLITE_OK else {
                throw BenchError(reason: String(cString: sqlite3_errmsg(database)))
            }
            return statement
        }
    }

    deinit {
        for statement in statements { sqlite3_finalize(statement) }
        sqlite3_close(database)
    }

    /// Reads a stream's head, its newest snapshot, and the events after it.
    func recover(_ id: PersistenceID) throws {
        let (head, snapshot, events) = (statements[0], statements[1], statements[2])
        bind(id.entityType, to: head, at: 1)
        bind(id.entityID, to: head, at: 2)
        guard sqlite3_step(head) == SQLITE_ROW else { throw BenchError(reason: "\(id) is not there") }
        let (stream, last) = (sqlite3_column_int64(head, 0), sqlite3_column_int64(head, 1))
        sqlite3_reset(head)
        bind(id.description, to: snapshot, at: 1)
        sqlite3_bind_int64(snapshot, 2, .max)
        guard sqlite3_step(snapshot) == SQLITE_ROW else { throw BenchError(reason: "\(id) has no snapshot") }
        let number = sqlite3_column_int64(snapshot, 0)
        var sum = Int64(sqlite3_column_bytes(snapshot, 7))
        sqlite3_reset(snapshot)
        sqlite3_bind_int64(events, 1, stream)
        sqlite3_bind_int64(events, 2, number + 1)
        sqlite3_bind_int64(events, 3, last)
        var rows: Int64 = 0
        while sqlite3_step(events) == SQLITE_ROW {
            sum &+= PlainLog.sum(events)
            rows += 1
        }
        sqlite3_reset(events)
        guard rows == last - number, sum != 0 else { throw BenchError(reason: "\(id) has \(rows) events") }
    }

    private func bind(_ text: String, to statement: OpaquePointer?, at index: Int32) {
        _ = csqlite_bind_text_copy(statement, index, text, Int32(text.utf8.count))
    }
}
