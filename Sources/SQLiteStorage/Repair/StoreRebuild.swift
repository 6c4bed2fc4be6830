internal import Actors
internal import EventSourcing

/// Makes everything anew in a file that can be told from its rows: names that are missing, heads, positions, and which
/// events can be relied on.
struct StoreRebuild {
    let reading: LogReading
    let note: (RepairStep) -> Void

    init(_ reading: LogReading, note: @escaping (RepairStep) -> Void) {
        self.reading = reading
        self.note = note
    }

    private var connection: Connection { _read { yield reading.connection } }

    /// - Parameter look: is called every so often, and ends the work by throwing.
    func run(look: () throws -> Void) throws {
        try standIn(
            "streams", "SELECT DISTINCT stream FROM events WHERE stream NOT IN (SELECT stream FROM streams)",
            """
            INSERT INTO streams
                (stream, entity_type, entity_id, head, deleted_to, event_count, first_time, last_time, epoch)
            VALUES (?1, 'damaged name', 'stream ' || ?1, 0, 0, 0, 0, 0, 0)
            """)
        try standIn(
            "event_types", "SELECT DISTINCT type FROM events WHERE type NOT IN (SELECT type FROM event_types)",
            "INSERT INTO event_types (type, name) VALUES (?1, 'damaged type ' || ?1)")
        try standIn(
            "writers",
            """
            SELECT DISTINCT writer FROM (
                SELECT writer FROM events UNION ALL SELECT writer FROM streams WHERE writer IS NOT NULL
            ) WHERE writer NOT IN (SELECT writer FROM writers)
            """,
            """
            INSERT INTO writers (writer, id, host, process, started, program, version)
            VALUES (?1, CAST(printf('writer%010d', ?1) AS BLOB), '', 0, 0, '', '')
            """)
        try describe()
        try rebuildHeads(look)
        try quarantineEvents(look)
        try dropSnapshots()
        try dropDangling()
        try noteStates()
    }

    /// Gives what rows refer to and is lost a name of its own.
    private func standIn(_ table: String, _ missing: String, _ insertion: String) throws {
        var keys: [Int64] = []
        do {
            let statement = try Statement(missing, on: connection)
            while try statement.step() { keys.append(statement.anyInteger(at: 0)) }
        }
        let insert = try Statement(insertion, on: connection)
        for key in keys {
            try insert.bind(key, at: 1)
            do {
                try insert.run()
                note(.stoodIn(table: table, key: key))
            } catch let error as StoreError where error.reason == .corrupt {
                // Somebody has that very name.
                note(.refused(table: table, count: 1))
            }
            insert.reset()
        }
    }

    /// Makes the store's own row fit the log: lost events count as deleted, and no position is given twice.
    private func describe() throws {
        // The new file is laid out as today's are, whatever version its rows come from.
        try connection.execute("UPDATE store SET layout_version = \(Layout.version)")
        let count = try connection.integer("SELECT count(*) FROM events") ?? 0
        let last = try connection.integer("SELECT max(position) FROM events") ?? 0
        let known = try connection.integer("SELECT high_water FROM store WHERE id = 1")
        let deleted = try connection.integer("SELECT deleted_events FROM store WHERE id = 1") ?? 0
        let highest = max(last, min(known ?? 0, .max - 1))
        guard known == nil || highest - count != deleted else { return }
        note(.description)
        let insert = try Statement(
            """
            INSERT INTO store (id, store_id, created, layout_version, high_water, deleted_events)
            VALUES (1, ?1, ?2, \(Layout.version), ?3, ?4)
            ON CONFLICT (id) DO UPDATE SET high_water = ?3, deleted_events = ?4
            """, on: connection)
        let now = WallClock().now
        try insert.bind(ULIDGenerator().next(at: now), at: 1)
        try insert.bind(now.microseconds, at: 2)
        try insert.bind(highest, at: 3)
        try insert.bind(highest - count, at: 4)
        try insert.run()
    }

    /// Makes each head fit its events.
    ///
    /// A head may be above the last event that is left, so that lost numbers are not given again, but by no more than
    /// there are lost positions.
    private func rebuildHeads(_ look: () throws -> Void) throws {
        let lost = max(0, try connection.integer("SELECT deleted_events FROM store WHERE id = 1") ?? 0)
        let update = try Statement(
            """
            UPDATE streams SET head = ?2, deleted_to = ?3, event_count = ?4, first_time = ?5, last_time = ?6, writer = ?7,
                epoch = ?8
            WHERE stream = ?1
            """, on: connection)
        var last = Int64.min
        while true {
            let heads = try reading.heads(above: last, limit: 1_000)
            guard let end = heads.last?.key else { return }
            try look()
            for keyed in heads { try rebuild(keyed, lost: lost, with: update) }
            last = end
        }
    }

    private func rebuild(_ keyed: LogReading.KeyedHead, lost: Int64, with update: borrowing Statement) throws {
        let (stored, key) = (
            try row(
                "SELECT head, deleted_to, event_count, epoch, first_time, last_time, writer FROM streams WHERE stream = ?1",
                keyed.key), keyed.key
        )
        let found = try row(
            "SELECT count(*), min(sequence_number), max(sequence_number), max(epoch) FROM events WHERE stream = ?1", key
        )
        let (count, first, newest) = (found[0] ?? 0, found[1] ?? 0, found[2] ?? 0)
        let highest = newest > .max - 1 - lost ? newest : newest + lost
        let head = min(max(stored[0] ?? 0, newest), max(highest, 0))
        var deleted = min(max(stored[1] ?? 0, 0), head)
        if count > 0 { deleted = min(deleted, max(0, first - 1)) }
        let times =
            count == 0
            ? []
            : try row(
                "SELECT time, writer FROM events WHERE stream = ?1 AND sequence_number = \(newest)", key)
        let begin =
            count == 0
            ? []
            : try row(
                "SELECT time FROM events WHERE stream = ?1 AND sequence_number = \(first)", key)
        let epoch = max(stored[3] ?? 0, found[3] ?? 0, 0)
        // A later writer may have taken the stream over without writing.
        let writer = stored[6] ?? times.last ?? nil
        let isKept =
            head == stored[0] && deleted == stored[1] && count == stored[2] && epoch == stored[3] && writer == stored[6]
        if isKept { return }
        note(.head(keyed.head.persistenceID, was: stored[0] ?? 0, count: stored[2] ?? 0, is: head, countIs: count))
        let isTimed = (stored[0] ?? 0) > 0 && stored[5] != 0
        try update.bind(key, at: 1)
        try update.bind(head, at: 2)
        try update.bind(deleted, at: 3)
        try update.bind(count, at: 4)
        try update.bind(isTimed ? stored[4] ?? 0 : (begin.first ?? nil) ?? 0, at: 5)
        try update.bind((times.first ?? nil) ?? stored[5] ?? 0, at: 6)
        if let writer { try update.bind(writer, at: 7) } else { try update.bindNull(at: 7) }
        try update.bind(epoch, at: 8)
        try update.run()
        update.reset()
    }

    /// The whole numbers of the one row that a question about a stream has.
    private func row(_ sql: String, _ key: Int64) throws -> [Int64?] {
        let statement = try Statement(sql, on: connection)
        try statement.bind(key, at: 1)
        guard try statement.step() else { return Array(repeating: nil, count: 7) }
        return (0..<7).map { statement.integer(at: $0) }
    }

    /// Sets the events apart that do not fit their checksums.
    private func quarantineEvents(_ look: () throws -> Void) throws {
        reading.forgetNames()
        var (next, writer): (Int64?, WriterID?) = (.min + 1, nil)
        while let from = next {
            var wrong: [(id: PersistenceID, number: Int64)] = []
            var seen = 0
            next = nil
            try reading.readAll(from: from, through: .max, reversed: false, fields: .checked) { event in
                seen += 1
                if seen % 1_000 == 0 { try look() }
                if !event.isIntact { wrong.append((event.persistenceID, event.sequenceNumber)) }
                guard wrong.count >= Self.eventsAtOnce, event.position < .max else { return .next }
                next = event.position + 1
                return .stop
            }
            if !wrong.isEmpty { writer = try quarantine(wrong, by: writer) }
        }
    }

    /// So many damaged events are held at a time.
    private static let eventsAtOnce = 10_000

    /// Sets events apart, and notes those that were not before; answers the writer that did.
    private func quarantine(
        _ events: [(id: PersistenceID, number: Int64)], by known: WriterID?
    ) throws -> WriterID {
        let log = LogWriting(reading)
        let now = WallClock().now
        let writer = known ?? WriterID(ULIDGenerator().next(at: now))
        if known == nil { try log.register(WriterRecord(id: writer, started: now, program: "playhead repair")) }
        for (id, number) in events {
            let event = QuarantinedEvent(
                persistenceID: id, sequenceNumber: number, reason: "a repair found that it does not fit its checksum",
                timestamp: now, writer: writer)
            if try log.quarantine(event) { note(.quarantined(id, sequenceNumber: number)) }
        }
        return writer
    }

    /// Leaves out rows that refer to what is lost, where they say nothing without it.
    private func dropDangling() throws {
        let dangling = [
            (
                "commands",
                """
                stream > 0 AND sequence_number > coalesce((SELECT head FROM streams WHERE stream = commands.stream), -1)
                OR stream < 0 AND sequence_number
                    > coalesce((SELECT revision FROM durable_states WHERE state = 0 - commands.stream), -1)
                """
            ), ("projection_rows", "projection NOT IN (SELECT projection FROM projections)"),
        ]
        for (table, condition) in dangling {
            try connection.execute("DELETE FROM \(table) WHERE \(condition)")
            let count = connection.changedRows
            if count > 0 { note(.dangling(table: table, count: count)) }
        }
    }

    /// Leaves out snapshots that nobody could use.
    private func dropSnapshots() throws {
        var keys: [Int64] = []
        do {
            let statement = try Statement(
                "SELECT snapshot, persistence_id, sequence_number FROM snapshots", on: connection)
            while try statement.step() {
                let number = statement.anyInteger(at: 2)
                guard let id = try? PersistenceID(parsing: statement.text(at: 1) ?? ""),
                    let head = try reading.keyedHead(of: id)?.head, number <= head.sequenceNumber,
                    let snapshot = try reading.snapshot(of: id, atOrBelow: number), snapshot.isIntact
                else {
                    keys.append(statement.anyInteger(at: 0))
                    continue
                }
            }
        }
        for key in keys { try connection.execute("DELETE FROM snapshots WHERE snapshot = \(key)") }
        if !keys.isEmpty { note(.snapshots(count: Int64(keys.count))) }
    }

    private func noteStates() throws {
        let statement = try Statement("SELECT persistence_id FROM durable_states", on: connection)
        while try statement.step() {
            guard let id = try? PersistenceID(parsing: statement.text(at: 0) ?? "") else { continue }
            let isIntact: Bool
            do {
                _ = try reading.durableStateRow(of: id)
                isIntact = try reading.durableState(of: id)?.isIntact ?? true
            } catch let error as StoreError where error.reason == .corrupt {
                isIntact = false
            }
            if !isIntact { note(.state(id)) }
        }
    }
}
