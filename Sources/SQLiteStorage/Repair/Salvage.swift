internal import EventSourcing

/// Takes all that can be read of a damaged file into the tables of a new store, and makes anew what follows from it.
final class Salvage {
    private(set) var survey = RepairSurvey()
    private let source: RepairSource
    private let reading: LogReading

    init(_ source: RepairSource, into reading: LogReading) {
        self.source = source
        self.reading = reading
    }

    /// Does all of it, in the transaction that is open in the new store.
    ///
    /// - Parameter progress: is told how many rows were taken over, at least every thousand rows that are looked at, and
    ///   stops the work by answering `.stop`.
    ///
    /// Throws `StoreError`: `cancelled`, `busy` where the file was written meanwhile, and what can't be written.
    func run(progress: (Int64) -> Visit) throws {
        func look() throws {
            if progress(survey.rows) == .stop { throw StoreError(.cancelled, file: source.path) }
        }
        for problem in source.problems { note(.file(problem)) }
        // Names come first: they say which of two events fits its checksum.
        let names = ["store", "streams", "event_types", "writers"]
        for table in Layout.tables where names.contains(table.name) { try take(table, look) }
        try takeNames(reading.connection)
        for table in Layout.tables where !names.contains(table.name) { try take(table, look) }
        try noteIndexes(look)
        let rebuild = StoreRebuild(reading) { self.note($0) }
        try rebuild.run(look: look)
        if survey.steps.isEmpty, let problem = try source.pageProblem() {
            note(.file("SQLite's check of its pages says: \(problem)"))
        }
        try source.requireStill()
        try noteGaps(look)
    }

    private func note(_ step: RepairStep) { survey.note(step) }

    // MARK: - Rows

    private func take(_ table: Layout.Table, _ look: () throws -> Void) throws {
        guard source.tables.contains(table.name) else { return note(.missing(table: table.name)) }
        if table.name == "store" { try reading.connection.execute("DELETE FROM store") }
        let taking = try RowTaking(table, reading)
        var (refused, seen): (Int64, Int64) = (0, 0)
        try source.eachRow(of: table) { row in
            switch try taking.take(row) {
            case .taken: survey.countRow()
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

    /// Notes what is missing in the streams of the new store, whose heads fit their events by now.
    private func noteGaps(_ look: () throws -> Void) throws {
        var last = Int64.min
        while true {
            let heads = try reading.heads(above: last, limit: 1_000)
            guard let end = heads.last?.key else { return }
            try look()
            for keyed in heads {
                for case .gap(let id, let from, let through) in try reading.findings(of: keyed) {
                    note(.gap(id, from: from, through: through))
                }
            }
            last = end
        }
    }
}
