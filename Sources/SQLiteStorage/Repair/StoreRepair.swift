internal import Actors
package import EventSourcing

/// A new store file with all that can be read of a damaged one, which gets its name when somebody wants it.
package final class StoreRepair {
    /// What was found, in the order in which it was found; at most `mostSteps`.
    package private(set) var steps: [RepairStep] = []
    /// Whether there is more than is kept.
    package private(set) var isCut = false
    /// How many rows were taken over.
    package private(set) var rows: Int64 = 0

    /// The most steps that are kept.
    package static let mostSteps = 100_000

    private let source: RepairSource
    private let target: String
    private let unfinished: String
    private var isDone = false

    /// Reads what can be read of a file into an unfinished one; the file itself is only looked at.
    ///
    /// - Parameter progress: is told how many rows were taken over, and stops the work by answering `.stop`.
    ///
    /// Throws `StoreError`: what is no store, `alreadyThere` for the target, `cancelled`, and what can't be written.
    package init(_ path: String, into target: String, progress: (Int64) -> Visit = { _ in .next }) throws {
        try StoreFile.requireNothing(at: target)
        try StoreFile.requireNothing(at: Self.record(of: target))
        source = try RepairSource(path)
        self.target = target
        unfinished = UnfinishedFile.path(of: target)
        UnfinishedFile.remove(unfinished)
        for problem in source.problems { note(.file(problem)) }
        do {
            try SQLiteStore.layOut(unfinished, isSynced: false)
            let connection = try Connection(unfinished, .writing)
            for pragma in ["journal_mode = OFF", "synchronous = OFF", "cache_size = -65536", "foreign_keys = OFF"] {
                try connection.execute("PRAGMA \(pragma)")
            }
            try connection.execute("BEGIN IMMEDIATE")
            for table in Layout.tables { try take(table, connection, progress) }
            try takeNames(connection)
            let rebuild = StoreRebuild(LogReading(connection, file: unfinished)) { self.note($0) }
            try rebuild.run()
            try rebuild.reading.connection.execute("COMMIT")
            try rebuild.reading.connection.execute("PRAGMA journal_mode = WAL")
        } catch {
            UnfinishedFile.remove(unfinished)
            throw UnfinishedFile.named(error, target)
        }
        do {
            try noteGaps()
        } catch {
            UnfinishedFile.remove(unfinished)
            throw error
        }
    }

    deinit {
        if !isDone { UnfinishedFile.remove(unfinished) }
    }

    /// Where the record of a repair is written.
    package static func record(of target: String) -> String { target + ".repair.jsonl" }

    /// Gives the new file its name, and writes the record beside it: a line for the repair, and one for each step.
    package func finish(by program: String, at time: Timestamp) throws {
        let record = Self.record(of: target)
        let writer = try LinesWriter(record, from: 0)
        var text = LineText()
        text.begin()
        text.add("repaired", source.path)
        text.add("into", target)
        text.add("time", time.description)
        text.add("program", program)
        text.add("rows", rows)
        text.add("steps", Int64(steps.count))
        text.end()
        try writer.write(text.bytes)
        for step in steps {
            text.begin()
            text.add("kind", step.kind)
            if let id = step.persistenceID { text.add("stream", id.description) } else { text.addNull("stream") }
            text.add("message", step.sentence)
            text.end()
            try writer.write(text.bytes)
        }
        try writer.flush()
        try UnfinishedFile.finish(target)
        isDone = true
    }

    private func note(_ step: RepairStep) {
        if steps.count < Self.mostSteps { steps.append(step) } else { isCut = true }
    }

    // MARK: - Rows

    private func take(
        _ table: Layout.Table, _ connection: borrowing Connection, _ progress: (Int64) -> Visit
    ) throws {
        guard source.tables.contains(table.name) else { return note(.missing(table: table.name)) }
        if table.name == "store" { try connection.execute("DELETE FROM store") }
        let places = table.columns.indices.map { "?\($0 + 1)" }.joined(separator: ", ")
        let insertion = try Statement(
            "INSERT OR IGNORE INTO \(table.name) (\(table.columns.joined(separator: ", "))) VALUES (\(places))",
            on: connection)
        var refused: Int64 = 0
        try source.eachRow(of: table) { row in
            for place in table.columns.indices { try insertion.bind(valueOf: row, at: Int32(place)) }
            do {
                try insertion.run()
                rows += 1
            } catch let error as StoreError where error.reason == .corrupt {
                refused += 1
            }
            insertion.reset()
            if rows % 1_000 == 0, progress(rows) == .stop { throw StoreError(.cancelled, file: source.path) }
        } lost: { lost in
            note(.lost(table: table.name, first: lost.first, last: lost.last))
        }
        if refused > 0 { note(.refused(table: table.name, count: refused)) }
    }

    /// Takes from the indexes what their tables have lost: names, with the keys that they stand for.
    private func takeNames(_ connection: borrowing Connection) throws {
        let sources: [(table: String, read: String, write: String)] = [
            (
                "streams", "SELECT stream, entity_type, entity_id FROM streams INDEXED BY streams_by_name",
                """
                INSERT OR IGNORE INTO streams
                    (stream, entity_type, entity_id, head, deleted_to, event_count, first_time, last_time, epoch)
                VALUES (?1, ?2, ?3, 0, 0, 0, 0, 0, 0)
                """
            ),
            (
                "event_types", "SELECT type, name FROM event_types INDEXED BY sqlite_autoindex_event_types_1",
                "INSERT OR IGNORE INTO event_types (type, name) VALUES (?1, ?2)"
            ),
            (
                "writers", "SELECT writer, id FROM writers INDEXED BY sqlite_autoindex_writers_1",
                """
                INSERT OR IGNORE INTO writers (writer, id, host, process, started, program, version)
                VALUES (?1, ?2, '', 0, 0, '', '')
                """
            ),
        ]
        for (table, read, write) in sources {
            let before = connection.totalChanges
            let insertion = try Statement(write, on: connection)
            try source.eachEntry(read) { entry in
                for place in 0..<(table == "streams" ? Int32(3) : 2) { try insertion.bind(valueOf: entry, at: place) }
                // What does not fit the layout is no name.
                do { try insertion.run() } catch let error as StoreError where error.reason == .corrupt {}
                insertion.reset()
            }
            let count = connection.totalChanges - before
            if count > 0 { note(.named(table: table, count: count)) }
        }
    }

    /// Looks at the new file as anybody would, for what is missing in it.
    private func noteGaps() throws {
        let reader = try SQLiteReader(unfinished)
        defer { reader.close() }
        reader.showsAnyNumber = true
        try reader.checkStreams { finding in
            if case .gap(let id, let from, let through) = finding { note(.gap(id, from: from, through: through)) }
            return .next
        }
    }
}

extension Statement {
    /// Binds what stands in a row of another statement, as it is.
    fileprivate func bind(valueOf row: borrowing Statement, at column: Int32) throws {
        if let number = row.integer(at: column) { return try bind(number, at: column + 1) }
        guard let bytes = row.bytes(at: column) else { return try bindNull(at: column + 1) }
        if row.isText(at: column) {
            try bindText(Array(bytes), at: column + 1)
        } else {
            try bindCopy(of: Array(bytes), at: column + 1)
        }
    }
}
