internal import Actors
internal import CSQLite
internal import EventSourcing

/// Reads the rows of tables, and writes them as lines.
struct LineRows {
    let reading: LogReading
    private var text = LineText()
    private let state: StatementSlot

    init(_ reading: LogReading) {
        self.reading = reading
        state = StatementSlot("SELECT persistence_id FROM durable_states WHERE state = ?1")
    }

    /// The values of the row that a statement stands on; throws for a value that can't be one of the table's.
    func values(_ row: borrowing Statement, of table: LineTable) throws -> [LineValue] {
        var values: [LineValue] = []
        values.reserveCapacity(table.columns.count)
        for (place, column) in table.columns.enumerated() {
            let place = Int32(place)
            switch (row.type(at: place), column.kind) {
            case (SQLITE_NULL, _) where column.isOptional: values.append(.null)
            case (SQLITE_INTEGER, .integer), (SQLITE_INTEGER, .stream), (SQLITE_INTEGER, .entity),
                (SQLITE_INTEGER, .type), (SQLITE_INTEGER, .writer), (SQLITE_INTEGER, .checksum):
                values.append(.integer(row.anyInteger(at: place)))
            case (SQLITE_TEXT, .text):
                guard let bytes = row.bytes(at: place), let text = String(validating: bytes, as: UTF8.self) else {
                    throw damaged(table, values, "its \(column.key) is no text")
                }
                values.append(.text(text))
            case (SQLITE_BLOB, .bytes): values.append(.bytes(row.bytes(at: place).map { Array($0) } ?? []))
            case (SQLITE_BLOB, .id):
                guard let bytes = row.bytes(at: place), bytes.count == 16 else {
                    throw damaged(table, values, "its \(column.key) has not 16 bytes")
                }
                values.append(.bytes(Array(bytes)))
            default: throw damaged(table, values, "its \(column.key) is of a wrong kind")
            }
        }
        return values
    }

    /// A row as a line, with its end; throws where a name that it refers to is not there.
    mutating func line(_ values: [LineValue], of table: LineTable) throws -> [UInt8] {
        text.begin()
        text.add("table", table.name)
        for (value, column) in zip(values, table.columns) {
            switch (value, column.kind) {
            case (_, .checksum):
                // A damaged row stays one, and says so.
                guard let stored = value.integer, try checksum(of: values, table)?.fits(stored) != true else { break }
                text.add(column.key, stored)
            case (.null, _): text.addNull(column.key)
            case (.integer(let key), .stream):
                let name = try reading.streamName(key)
                guard name.isIntact else { throw damaged(table, values, "its stream is not there") }
                text.add(column.key, name.id.description)
            // A command that was handled without an event, of a stream that was never heard of.
            case (.integer(0), .entity): text.addNull(column.key)
            case (.integer(let key), .entity) where key > 0:
                let name = try reading.streamName(key)
                guard name.isIntact else { throw damaged(table, values, "its stream is not there") }
                text.add(column.key, "stream", .string(name.id.description))
            case (.integer(let key), .entity):
                guard let name = try stateName(0 &- key) else { throw damaged(table, values, "its state is not there") }
                text.add(column.key, "state", .string(name))
            case (.integer(let key), .type):
                guard let name = try reading.typeName(key) else {
                    throw damaged(table, values, "its type is not there")
                }
                text.add(column.key, name.name)
            case (.integer(let key), .writer):
                guard let id = try reading.writer(key) else { throw damaged(table, values, "its writer is not there") }
                text.add(column.key, id.description)
            case (.integer(let number), _): text.add(column.key, number)
            case (.text(let string), _): text.add(column.key, string)
            case (.bytes(let bytes), .id):
                text.add(column.key, bytes.withUnsafeBytes { ULID(bytes: $0) }?.description ?? "")
            case (.bytes(let bytes), _): text.add(column.key, content: bytes)
            }
        }
        text.end()
        return text.bytes
    }

    private func stateName(_ key: Int64) throws -> String? {
        try state.use(on: reading.connection) { statement in
            try statement.bind(key, at: 1)
            return try statement.step() ? statement.text(at: 0) : nil
        }
    }

    private func damaged(_ table: LineTable, _ values: [LineValue], _ what: String) -> StoreError {
        let position = table.name == "events" ? values.first?.integer : nil
        return StoreError(
            .corrupt, file: reading.file, position: position,
            detail: "\(what), in the table '\(table.name)'; `playhead verify` says more")
    }
}

// MARK: - Checksums

extension LineRows {
    /// The checksum that a row must have; nil in a table whose rows have none.
    func checksum(of values: [LineValue], _ table: LineTable) throws -> RowChecksum? {
        func integer(_ column: String) -> Int64 { values[table.place(of: column)].integer ?? 0 }
        func ulid(_ column: String) -> ULID? {
            values[table.place(of: column)].bytes.flatMap { $0.withUnsafeBytes { ULID(bytes: $0) } }
        }
        func bytes(_ column: String) -> [UInt8]? { values[table.place(of: column)].bytes }
        let time = Timestamp(microseconds: table.columns.contains { $0.name == "time" } ? integer("time") : 0)
        switch table.name {
        case "events":
            guard let type = try reading.typeName(integer("type")), let writer = try reading.writer(integer("writer"))
            else { return nil }
            let stream = try reading.streamName(integer("stream"))
            let unplaced = (bytes("payload") ?? []).withUnsafeBytes { payload in
                (bytes("metadata") ?? []).withUnsafeBytes { metadata in
                    EventChecksum(
                        streamDigest: stream.digest, typeDigest: type.digest,
                        schemaVersion: Int(integer("schema_version")), timestamp: time, writer: writer,
                        correlationID: ulid("correlation_id"), causationID: ulid("causation_id"),
                        commandID: ulid("command_id"), payload: payload, metadata: metadata)
                }
            }
            return unplaced.at(
                sequenceNumber: integer("sequence_number"), position: integer("position"), epoch: integer("epoch"))
        case "snapshots":
            return EventChecksum.of(
                StoredSnapshot(
                    persistenceID: try name(values, table), sequenceNumber: integer("sequence_number"),
                    stateType: values[table.place(of: "state_type")].text ?? "",
                    schemaVersion: Int(integer("schema_version")), writer: WriterID(ulid("writer") ?? Self.nobody),
                    epoch: integer("epoch"), timestamp: time, state: bytes("state") ?? []))
        case "durable_states":
            let known = DurableStateDescription(
                persistenceID: try name(values, table), revision: integer("revision"),
                stateType: values[table.place(of: "state_type")].text ?? "",
                schemaVersion: Int(integer("schema_version")), writer: WriterID(ulid("writer") ?? Self.nobody),
                epoch: integer("epoch"), timestamp: time, size: 0)
            guard let state = bytes("value") else { return EventChecksum.of(known, state: nil) }
            return state.withUnsafeBytes { EventChecksum.of(known, state: $0) }
        default: return nil
        }
    }

    private static let nobody = ULID(high: 0, low: 0)

    private func name(_ values: [LineValue], _ table: LineTable) throws -> PersistenceID {
        do {
            return try PersistenceID(parsing: values[table.place(of: "persistence_id")].text ?? "")
        } catch {
            throw damaged(table, values, "its name is none: \(error)")
        }
    }
}
