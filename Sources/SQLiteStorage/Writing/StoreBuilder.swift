package import Actors
public import EventSourcing

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

    /// Adds the subscriptions of an application as they stand, and up to where it has correlated.
    package func add(
        _ subscriptions: [Subscription], of application: String, checkpoint: Int64, at now: Timestamp
    ) throws {
        try log.insert(subscriptions)
        _ = try log.correlated([], through: checkpoint, of: application, at: now)
    }

    fileprivate func finish() throws { try history.finish(in: log) }
}

extension SQLiteStore {
    /// Makes a new store out of a history, without a log and with its index made at the end.
    ///
    /// The file gets its name when it is complete and synced; where `fill` throws, nothing of it stays.
    /// Throws `StoreError`: `alreadyThere`, `folder`, and what `fill` throws.
    public static func build(_ path: String, _ fill: (StoreBuilder) throws -> Void) throws {
        try UnfinishedFile.make(path) { unfinished in
            try layOut(unfinished, isSynced: false)
            try fillFile(unfinished, fill)
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
}
