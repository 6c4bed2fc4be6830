internal import Actors
package import EventSourcing

/// A new store file with all that can be read of a damaged one, which gets its name when somebody wants it.
package final class StoreRepair {
    /// What was found, in the order in which it was found; at most `mostSteps`.
    package private(set) var steps: [RepairStep] = []
    /// How many steps there are, those that are not kept included.
    package private(set) var stepCount = 0
    /// How many rows were taken over.
    package private(set) var rows: Int64 = 0

    /// The most steps that are kept.
    package static let mostSteps = 100_000

    private let hold: UnfinishedHold
    private let source: RepairSource
    private let target: String
    private let unfinished: String
    private var isDone = false

    /// Reads what can be read of a file into an unfinished one; the file itself is only looked at.
    ///
    /// - Parameter progress: is told how many rows were taken over, at least every thousand rows that are looked at, and
    ///   stops the work by answering `.stop`.
    ///
    /// Throws `StoreError`: what is no store, `alreadyThere` for the target, `cancelled`, and what can't be written.
    package init(_ path: String, into target: String, progress: (Int64) -> Visit = { _ in .next }) throws {
        try StoreFile.requireNothing(at: target)
        try StoreFile.requireNothing(at: Self.record(of: target))
        hold = try UnfinishedHold(target)
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
            let reading = LogReading(connection, file: unfinished)
            try reading.connection.execute("BEGIN IMMEDIATE")
            func look() throws {
                if progress(rows) == .stop { throw StoreError(.cancelled, file: path) }
            }
            // Names come first: they say which of two events fits its checksum.
            let names = ["store", "streams", "event_types", "writers"]
            for table in Layout.tables where names.contains(table.name) { try take(table, reading, look) }
            try takeNames(reading.connection)
            for table in Layout.tables where !names.contains(table.name) { try take(table, reading, look) }
            try noteIndexes(look)
            let rebuild = StoreRebuild(reading) { self.note($0) }
            try rebuild.run(look: look)
            if steps.isEmpty, let problem = try source.pageProblem() {
                note(.file("SQLite's check of its pages says: \(problem)"))
            }
            try source.requireStill()
            try reading.connection.execute("COMMIT")
            try reading.connection.execute("PRAGMA journal_mode = WAL")
        } catch {
            UnfinishedFile.remove(unfinished)
            throw UnfinishedFile.named(error, target)
        }
        do {
            try noteGaps(progress)
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
    ///
    /// - Parameter original: the file as a person knows it, where a copy of it was read; nil for the one that was read.
    package func finish(by program: String, at time: Timestamp, of original: String? = nil) throws {
        let record = Self.record(of: target)
        try UnfinishedFile.make(record) { try writeRecord(to: $0, by: program, at: time, of: original ?? source.path) }
        do {
            try UnfinishedFile.finish(target)
        } catch {
            // Nothing was repaired, and the next try begins as this one did.
            UnfinishedFile.remove(record)
            throw UnfinishedFile.named(error, target)
        }
        isDone = true
    }

    private func writeRecord(to path: String, by program: String, at time: Timestamp, of original: String) throws {
        let writer = try LinesWriter(path, from: 0)
        var text = LineText()
        text.begin()
        text.add("repaired", original)
        text.add("into", target)
        text.add("time", time.description)
        text.add("program", program)
        text.add("rows", rows)
        text.add("steps", Int64(stepCount))
        if stepCount > steps.count { text.add("stepsLeftOut", Int64(stepCount - steps.count)) }
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
    }

    private func note(_ step: RepairStep) {
        stepCount += 1
        if steps.count < Self.mostSteps { steps.append(step) }
    }

    // MARK: - Rows

    private func take(_ table: Layout.Table, _ reading: LogReading, _ look: () throws -> Void) throws {
        guard source.tables.contains(table.name) else { return note(.missing(table: table.name)) }
        if table.name == "store" { try reading.connection.execute("DELETE FROM store") }
        let taking = try RowTaking(table, reading)
        var (refused, seen): (Int64, Int64) = (0, 0)
        try source.eachRow(of: table) { row in
            switch try taking.take(row) {
            case .taken: rows += 1
            case .known: break
            case .refused: refused += 1
            case .contradicted(let key): note(.contradicted(table: table.name, key: key))
            }
            seen += 1
            if seen % 1_000 == 0 { try look() }
        } lost: { lost in
            note(.lost(table: table.name, first: lost.first, last: lost.last))
        }
        if refused > 0 { note(.refused(table: table.name, count: refused)) }
    }

    /// The new file's indexes are made anew in any case; it is told which of the old one's were none.
    private func noteIndexes(_ look: () throws -> Void) throws {
        for table in Layout.tables where source.tables.contains(table.name) {
            try look()
            for problem in try source.connection.indexProblems(of: table) {
                note(.index(problem.index, problem.problem))
            }
        }
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
            try source.eachEntry(read, columns: table == "streams" ? 3 : 2) { entry in
                for (place, value) in entry.enumerated() { try insertion.bind(value, at: Int32(place + 1)) }
                // What does not fit the layout is no name.
                do { try insertion.run() } catch let error as StoreError where error.reason == .corrupt {}
                insertion.reset()
            }
            let count = connection.totalChanges - before
            if count > 0 { note(.named(table: table, count: count)) }
        }
    }

    /// Looks at the new file as anybody would, for what is missing in it.
    private func noteGaps(_ progress: (Int64) -> Visit) throws {
        let reader = try SQLiteReader(unfinished)
        defer { reader.close() }
        reader.showsAnyNumber = true
        var wish = Visit.next
        try reader.checkStreams { _ in
            wish = progress(rows)
            return wish
        } _: { finding in
            if case .gap(let id, let from, let through) = finding { note(.gap(id, from: from, through: through)) }
            return .next
        }
        if case .stop = wish { throw StoreError(.cancelled, file: source.path) }
    }
}
