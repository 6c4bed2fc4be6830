internal import EventSourcing

/// Writes the rows of lines into a new store file.
final class LineImport {
    /// What must be kept of it when the work is interrupted.
    struct State: Hashable, Sendable {
        /// What the rows add up to as they would be exported.
        var rows = LineDigest()
        var lastPosition: Int64 = 0
        var hasHeader = false
    }

    private(set) var state: State
    let log: LogWriting
    private var text: LineRows
    private var slots: [String: StatementSlot] = [:]
    private var writers: [[UInt8]: Int64] = [:]
    private let stateKey = StatementSlot("SELECT state FROM durable_states WHERE persistence_id = ?1")
    private let store = StatementSlot(
        "UPDATE store SET store_id = ?1, created = ?2, high_water = ?3, deleted_events = ?4 WHERE id = 1")

    init(_ log: LogWriting, from state: State) {
        self.log = log
        self.state = state
        text = LineRows(log.reading)
        for table in LineTable.all { slots[table.name] = StatementSlot(table.insertion) }
    }

    /// Takes the first line.
    func add(_ header: LineParser.Header) throws {
        guard !state.hasHeader else { throw LineParser.Mistake(clause: "this line stands once, before all others") }
        try store.use(on: log.connection) { statement in
            try statement.bind(header.store, at: 1)
            try statement.bind(header.created, at: 2)
            try statement.bind(header.highWater, at: 3)
            try statement.bind(header.deletedEvents, at: 4)
            try statement.run()
        }
        state.hasHeader = true
        state.rows.add(try LineExport.header(log.reading))
    }

    /// Takes a row.
    func add(_ row: LineParser.Row) throws {
        guard state.hasHeader else {
            throw LineParser.Mistake(member: 0, clause: "the first line has to begin with 'playhead'")
        }
        var values = try resolve(row)
        try LineBounds.check(values, row, after: state.lastPosition)
        if let place = row.table.columns.firstIndex(where: { $0.kind == .checksum }), values[place] == .null {
            values[place] = .integer(try text.checksum(of: values, row.table)?.stored ?? 0)
        }
        do {
            try insert(values, into: row.table)
        } catch let error as StoreError where error.reason == .corrupt {
            throw LineParser.Mistake(clause: "it contradicts a line before it: \(error.detail)")
        }
        if row.table.name == "events" { state.lastPosition = values[0].integer ?? 0 }
        state.rows.add(try text.line(values, of: row.table))
    }

    private func insert(_ values: [LineValue], into table: LineTable) throws {
        guard let slot = slots[table.name] else { return }
        try slot.use(on: log.connection) { statement in
            for (place, value) in values.enumerated() {
                let index = Int32(place + 1)
                switch value {
                case .null: try statement.bindNull(at: index)
                case .integer(let number): try statement.bind(number, at: index)
                case .text(let text): try statement.bind(text, at: index)
                case .bytes(let bytes): try statement.bindCopy(of: bytes, at: index)
                }
            }
            try statement.run()
        }
    }

    // MARK: - Names

    /// Puts the keys of what is named in the place of the names.
    private func resolve(_ row: LineParser.Row) throws -> [LineValue] {
        var values = row.values
        for (place, column) in row.table.columns.enumerated() {
            func missing(_ what: String) -> LineParser.Mistake {
                LineParser.Mistake(member: row.members[place], clause: "no line before it has this \(what)")
            }
            switch (column.kind, values[place]) {
            case (.type, .text(let name)): values[place] = .integer(try log.key(ofType: name))
            case (.writer, .bytes(let id)):
                guard let key = try writer(id) else { throw missing("writer") }
                values[place] = .integer(key)
            case (.entity, .text(let name)) where row.isState:
                let key = try stateKey.use(on: log.connection) { statement in
                    try statement.bind(name, at: 1)
                    return try statement.step() ? statement.integer(at: 0) : nil
                }
                guard let key else { throw missing("state") }
                values[place] = .integer(0 &- key)
            case (.stream, .text(let name)), (.entity, .text(let name)):
                let id: PersistenceID
                do {
                    id = try PersistenceID(parsing: name)
                } catch {
                    throw LineParser.Mistake(member: row.members[place], clause: "this names no stream: \(error)")
                }
                guard let key = try log.reading.key(of: id) else { throw missing("stream") }
                values[place] = .integer(key)
            default: break
            }
        }
        return values
    }

    private func writer(_ id: [UInt8]) throws -> Int64? {
        if let known = writers[id] { return known }
        let ulid = id.withUnsafeBytes { ULID(bytes: $0) }
        let key = try log.slots.writerKey.use(on: log.connection) { statement -> Int64? in
            try statement.bind(ulid, at: 1)
            return try statement.step() ? statement.integer(at: 0) : nil
        }
        if writers.count >= 20_000 { writers.removeAll() }
        if let key { writers[id] = key }
        return key
    }
}

/// What the numbers and names of a row must be, beyond what the layout itself refuses.
enum LineBounds {
    static func check(_ values: [LineValue], _ row: LineParser.Row, after lastPosition: Int64) throws {
        for (place, column) in row.table.columns.enumerated() {
            func mistake(_ clause: String) -> LineParser.Mistake {
                LineParser.Mistake(member: row.members[place], clause: clause)
            }
            switch (column.name, values[place]) {
            case ("persistence_id", .text(let name)):
                do {
                    _ = try PersistenceID(parsing: name)
                } catch {
                    throw mistake("this names no stream: \(error)")
                }
            case ("entity_id", .text(let id)):
                do {
                    _ = try PersistenceID(values[row.table.place(of: "entity_type")].text ?? "", id)
                } catch {
                    throw mistake("this names no stream: \(error)")
                }
            case ("sequence_number", .integer(let number))
            where row.table.name == "events" || row.table.name == "snapshots":
                let least: Int64 = row.table.name == "events" ? 1 : 0
                if number < least || number == .max { throw mistake("a number from \(least) on was expected") }
            case ("revision", .integer(let number)):
                if number < 1 { throw mistake("a revision from 1 on was expected") }
            case ("epoch", .integer(let number)), ("head", .integer(let number)), ("deleted_to", .integer(let number)),
                ("event_count", .integer(let number)), ("fencing_number", .integer(let number)):
                if number < 0 { throw mistake("a number from 0 on was expected") }
            case ("position", .integer(let number)) where row.table.name == "events":
                if number <= lastPosition || number == .max {
                    throw mistake(
                        "the positions of events rise from line to line; one above \(lastPosition) was expected")
                }
            case (_, .bytes(let bytes)):
                if bytes.count > EncodedEvent.largest {
                    throw mistake("these are more bytes than the \(EncodedEvent.largest) that a store takes")
                }
            case ("host", .text(let text)), ("program", .text(let text)), ("version", .text(let text)):
                if let clause = excess(of: text, over: WriterRecord.longestText) { throw mistake(clause) }
            case ("application", .text(let text)), ("lane", .text(let text)):
                if let clause = excess(of: text, over: Subscription.longestName) { throw mistake(clause) }
            case ("name", .text(let text)) where row.table.name != "event_types",
                ("destination", .text(let text)), ("idempotency_key", .text(let text)):
                if let clause = excess(of: text, over: NewTimer.longestName) { throw mistake(clause) }
            case ("reason", .text(let text)), ("last_error", .text(let text)), ("blocked_error", .text(let text)),
                ("handled", .text(let text)), ("source", .text(let text)):
                if let clause = excess(of: text, over: StoredText.longest) { throw mistake(clause) }
            case (_, .text(let text)):
                if let clause = excess(of: text, over: EncodedEvent.largest) { throw mistake(clause) }
            default: break
            }
        }
    }

    private static func excess(of text: String, over limit: Int) -> String? {
        let count = text.utf8.count
        return count > limit ? "this text has at most \(limit) bytes, not \(count)" : nil
    }
}
