internal import CSQLite
public import EventSourcing
internal import Glibc

/// Fills a new file as fast as it goes; see `SQLiteStore.build`.
public final class StoreBuilder {
    private let log: LogWriting
    private var history = HistoryImport()

    fileprivate init(_ log: LogWriting) { self.log = log }

    /// Adds the next events of the history; the numbers of each stream must rise.
    ///
    /// Throws `ConcurrentModificationError` for a number that does not rise, and `StoreError`.
    public func add(_ events: [ImportedEvent]) throws {
        let places = try history.check(events, in: log)
        try log.insert(events, at: places, into: &history)
    }

    /// Adds a snapshot.
    public func add(_ snapshot: StoredSnapshot) throws { try log.save(snapshot) }

    /// Makes a writer known by name.
    public func register(_ writer: WriterRecord) throws { try log.register(writer) }

    fileprivate func finish() throws { try history.finish(in: log) }
}

extension SQLiteStore {
    /// Makes a new store out of a history, without a log and with its index made at the end.
    ///
    /// The file gets its name when it is complete and synced; where `fill` throws, nothing of it stays.
    /// Throws `StoreError`: `alreadyThere`, `folder`, and what `fill` throws.
    public static func build(_ path: String, _ fill: (StoreBuilder) throws -> Void) throws {
        try StoreFile.requireNothing(at: path)
        let unfinished = path + ".unfinished"
        unlink(unfinished)
        do {
            try layOut(unfinished)
            try fillFile(unfinished, fill)
            try sync(unfinished)
            // Not over a file that somebody has made meanwhile.
            guard link(unfinished, path) == 0 || (errno != EEXIST && rename(unfinished, path) == 0) else {
                if errno == EEXIST { throw StoreError(.alreadyThere, file: path) }
                throw StoreError(.inputOutput, file: path, detail: String(cString: strerror(errno)))
            }
            unlink(unfinished)
            try sync(StoreFile.folder(of: path))
        } catch {
            unlink(unfinished)
            unlink(unfinished + "-journal")
            throw (error as? StoreError)?.named(path, insteadOf: unfinished) ?? error
        }
    }

    private static func fillFile(_ path: String, _ fill: (StoreBuilder) throws -> Void) throws {
        let connection = try Connection(path, .writing)
        for pragma in ["journal_mode = OFF", "synchronous = OFF", "locking_mode = EXCLUSIVE", "cache_size = -65536"] {
            try connection.execute("PRAGMA \(pragma)")
        }
        try connection.execute("DROP INDEX events_by_stream")
        let log = LogWriting(LogReading(connection, file: path))
        try log.begin()
        let builder = StoreBuilder(log)
        try fill(builder)
        try builder.finish()
        try log.connection.execute(Layout.eventIndex)
        try log.commit()
        // The file says that it has a log, so that the first opening for writing changes nothing of its schema.
        try log.connection.execute("PRAGMA locking_mode = NORMAL")
        try log.connection.execute("PRAGMA journal_mode = WAL")
    }

    private static func sync(_ path: String) throws {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw StoreError(.inputOutput, file: path) }
        defer { Glibc.close(descriptor) }
        guard fsync(descriptor) == 0 else { throw StoreError(.inputOutput, file: path) }
    }
}

extension StoreError {
    fileprivate func named(_ path: String, insteadOf other: String) -> StoreError {
        var error = self
        if error.file == other || error.file == nil { error.file = path }
        return error
    }
}
