internal import EventSourcing

/// An unfinished store that lines are taken into, with the place that was reached in it.
///
/// The place stands in a table of the file itself and is written with the rows that it is about, so that it is never
/// ahead of them.
final class ImportMarks {
    let path: String
    let work: LineImport
    /// The lines that were taken, as they stand in their file.
    private(set) var raw: LineDigest
    private var offset: Int64

    static let table = """
        CREATE TABLE import_marks (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            offset INTEGER NOT NULL,
            lines INTEGER NOT NULL,
            line_digest INTEGER NOT NULL,
            row_count INTEGER NOT NULL,
            row_digest INTEGER NOT NULL,
            last_position INTEGER NOT NULL,
            has_header INTEGER NOT NULL
        ) STRICT
        """

    private init(
        _ path: String, _ connection: consuming Connection, _ raw: LineDigest, _ offset: Int64,
        _ state: LineImport.State
    ) {
        self.path = path
        self.raw = raw
        self.offset = offset
        work = LineImport(LogWriting(LogReading(connection, file: path)), from: state)
    }

    /// Goes on where an interrupted call for the same lines had come to, or begins a new file.
    ///
    /// - Parameter progress: is told while the lines are read again that were taken already, and stops it by answering
    ///   `.stop`: `cancelled`.
    static func open(
        _ path: String, lines: String, _ progress: (SQLiteStore.ImportProgress) -> Visit
    ) throws -> (LinesReader, ImportMarks) {
        let reader = try LinesReader(lines)
        do {
            if let marks = try found(path, reader, progress) { return (reader, marks) }
        } catch let error as StoreError where [.busy, .permissionDenied, .cancelled].contains(error.reason) {
            // Somebody has it or has stopped this, and it may be what is to be gone on with.
            throw error
        } catch is StoreError {
            // What is there is no store that was begun here.
        }
        UnfinishedFile.remove(path)
        try SQLiteStore.layOut(path, isSynced: false)
        let connection = try prepared(path)
        try connection.execute(table)
        let marks = ImportMarks(path, connection, LineDigest(), 0, LineImport.State())
        return (try LinesReader(lines), marks)
    }

    private static func prepared(_ path: String) throws -> Connection {
        let connection = try Connection(path, .writing)
        try connection.distrustSchema()
        try connection.execute("PRAGMA cache_size = -65536")
        return connection
    }

    /// What stands in an unfinished file, once the reader is behind the same lines; nil where it is of other ones.
    private static func found(
        _ path: String, _ reader: LinesReader, _ progress: (SQLiteStore.ImportProgress) -> Visit
    ) throws -> ImportMarks? {
        guard StoreFile.stamp(path) != nil else { return nil }
        let connection = try prepared(path)
        _ = try Layout.check(connection, file: path)
        var values: [Int64] = []
        do {
            let statement = try Statement(
                """
                SELECT offset, lines, line_digest, row_count, row_digest, last_position, has_header FROM import_marks
                """, on: connection)
            guard try statement.step() else { return nil }
            values = (0..<7).map { statement.anyInteger(at: $0) }
        }
        let raw = LineDigest(lines: values[1], sum: UInt64(bitPattern: values[2]))
        var seen = LineDigest()
        while reader.offset < values[0], try reader.next({ seen.add($0) }) != nil {
            let done = SQLiteStore.ImportProgress(
                bytes: reader.offset, total: reader.size, lines: reader.number, kept: reader.number)
            if reader.isPauseDue(), progress(done) == .stop { throw StoreError(.cancelled) }
        }
        guard reader.offset == values[0], seen == raw, values[6] == 1 else { return nil }
        let rows = LineDigest(lines: values[3], sum: UInt64(bitPattern: values[4]))
        return ImportMarks(
            path, connection, raw, values[0],
            LineImport.State(rows: rows, lastPosition: values[5], hasHeader: true))
    }

    /// A line was taken.
    func note(_ line: UnsafeRawBufferPointer, _ reader: LinesReader) {
        raw.add(line)
        offset = reader.offset
    }

    /// Makes what was taken durable, with the place.
    func commit() throws {
        let state = work.state
        let values: [Int64] = [
            offset, raw.lines, Int64(bitPattern: raw.sum), state.rows.lines, Int64(bitPattern: state.rows.sum),
            state.lastPosition, state.hasHeader ? 1 : 0,
        ]
        let list = values.map(String.init).joined(separator: ", ")
        try work.log.connection.execute("INSERT OR REPLACE INTO import_marks VALUES (1, \(list))")
        try work.log.commit()
    }

    /// Takes the place out of the file, which is complete.
    func finish() throws {
        try work.log.connection.execute("DROP TABLE import_marks")
        // The file says that it has a log, so that the first opening for writing changes nothing of its schema.
        try work.log.connection.execute("PRAGMA journal_mode = WAL")
    }
}
