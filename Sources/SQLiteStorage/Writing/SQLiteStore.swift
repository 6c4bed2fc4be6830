internal import Actors
internal import CSQLite
public import EventSourcing
internal import Glibc
internal import Synchronization

/// A store of events, and of all that goes with them, in one SQLite file.
///
/// Several processes may write the same file; the expected numbers and the epochs decide. Appends that arrive while a
/// commit is under way share the next one.
public final class SQLiteStore: Sendable {
    /// The file's path, as it was given.
    public let path: String
    /// The random id that the store got when it was made.
    public let id: ULID?
    /// What an acknowledged append survives.
    public let durability: Durability

    let lane: WriterLane
    let pool: ReaderPool
    let readersAtHand: ReadersAtHand
    let readingAhead = ReadingAhead()
    let changes: StoreChanges
    private let checkpoints: Checkpoints

    /// Opens a store that is there.
    ///
    /// A file that an earlier program laid out is refused, unless the options allow that it gets today's layout: see
    /// `SQLiteStoreOptions.migration`.
    ///
    /// Throws `StoreError`: missing, folder, empty, no database, no store, newer or older layout, corrupt, a log that can't
    /// be read and would be written over, read-only, busy after the time that the options give. Nothing is written before
    /// all of that is known.
    public static func open(_ path: String, options: SQLiteStoreOptions = SQLiteStoreOptions()) throws -> SQLiteStore {
        try open(path, options: options) { _ in }
    }

    /// Opens a store that is there.
    ///
    /// - Parameter willMigrate: is told that the file gets another layout, where the options allow it and before anything of
    ///   that is written; what it throws is thrown, and the file keeps its layout.
    package static func open(
        _ path: String, options: SQLiteStoreOptions = SQLiteStoreOptions(),
        willMigrate: (LayoutMigration) throws -> Void
    ) throws -> SQLiteStore {
        let file = try StoreFile(path)
        try file.requireWritable()
        // Of one of another version SQLite itself would say that the file can't be opened; a damaged one it writes over.
        try file.requireReadableLog()
        let hasLog = (file.log?.size ?? 0) > 0
        let limit = ContinuousClock.now + (options.openingTimeout ?? options.busyTimeout)
        while true {
            do {
                do {
                    let connection = try Connection(path, .writing, fileSystem: options.fileSystem)
                    return try SQLiteStore(path, connection, options, keepsLogUntilAccepted: hasLog)
                } catch let earlier as EarlierLayout {
                    guard options.migration == .afterBackup else {
                        throw StoreError(
                            .olderLayout(version: earlier.version),
                            detail:
                                "opened with `migration: .afterBackup` it becomes layout \(Layout.version), and a copy "
                                + "is kept beside it")
                    }
                    try Layout.migrate(path, in: options.fileSystem, until: limit, willMigrate: willMigrate)
                }
            } catch let error as StoreError where error.reason == .busy && ContinuousClock.now < limit {
                // Not as long as another process waits that does the same.
                usleep(UInt32.random(in: 5_000...15_000))
            } catch let error as StoreError {
                throw error.at(path)
            }
        }
    }

    /// The file is a store, and of an earlier layout than today's.
    private struct EarlierLayout: Error { let version: Int }

    /// Makes a new store, and opens it.
    ///
    /// The file gets its name when it is complete and synced; where that fails, nothing of it stays.
    /// Throws `StoreError`: `alreadyThere`, `folder`, `busy` where another call is making it, and what opening throws.
    public static func create(_ path: String, options: SQLiteStoreOptions = SQLiteStoreOptions()) throws -> SQLiteStore
    {
        try UnfinishedFile.make(path) { try layOut($0, in: options.fileSystem) }
        return try open(path, options: options)
    }

    /// Writes a new file with every table in it; it is no store until the one transaction that makes them is done.
    ///
    /// - Parameter isSynced: whether it is on the disk then; not needed where the file is filled and synced before it is used.
    static func layOut(_ path: String, isSynced: Bool = true, in fileSystem: String? = nil) throws {
        try StoreFile.requireNothing(at: path)
        let connection = try Connection(path, .creating, fileSystem: fileSystem)
        if !isSynced { try connection.execute("PRAGMA synchronous = OFF") }
        try connection.execute("PRAGMA journal_mode = DELETE")
        try connection.execute("BEGIN EXCLUSIVE")
        try layOut(connection)
        try connection.execute("COMMIT")
    }

    /// Makes every table, and the store's own row, in the transaction that is open.
    static func layOut(_ connection: borrowing Connection) throws {
        for statement in Layout.statements { try connection.execute(statement) }
        let insert = try Statement(
            """
            INSERT INTO store (id, store_id, created, layout_version, high_water, deleted_events)
            VALUES (1, ?1, ?2, ?3, 0, 0)
            """, on: connection)
        let now = WallClock().now
        try insert.bind(ULIDGenerator().next(at: now), at: 1)
        try insert.bind(now.microseconds, at: 2)
        try insert.bind(Int64(Layout.version), at: 3)
        try insert.run()
        insert.reset()
        try connection.execute("PRAGMA application_id = \(Layout.applicationID)")
        try connection.execute("PRAGMA user_version = \(Layout.version)")
    }

    /// Throws `EarlierLayout` before anything is written where the file has one.
    ///
    /// - Parameter keepsLogUntilAccepted: whether a file that is refused keeps the log of changes that stands beside it, which
    ///   is otherwise emptied into it, or made and removed again, when the connection is closed.
    private init(
        _ path: String, _ connection: consuming Connection, _ options: SQLiteStoreOptions, keepsLogUntilAccepted: Bool
    ) throws {
        self.path = path
        durability = options.durability
        let patience = options.busyTimeout
        do {
            sqlite3_busy_timeout(connection.handle, (options.openingTimeout ?? patience).milliseconds)
            try connection.distrustSchema()
            try connection.checkpointOnClose(!keepsLogUntilAccepted)
            let identity = try Layout.check(connection, file: path)
            id = identity.id
            if sqlite3_db_readonly(connection.handle, "main") != 0 { throw StoreError(.readOnly) }
            if identity.version < Layout.version { throw EarlierLayout(version: identity.version) }
            try connection.checkpointOnClose(true)
            let mode = try Statement("PRAGMA journal_mode = WAL", on: connection)
            guard try mode.step(), mode.text(at: 0) == "wal" else {
                throw StoreError(.busy, detail: "it can't be switched to a write-ahead log while others use it")
            }
            mode.reset()
            try connection.execute("PRAGMA synchronous = \(options.durability == .full ? "FULL" : "NORMAL")")
            // From here on waiting is the lane's business: in a caller's thread nobody waits for another process.
            sqlite3_busy_timeout(connection.handle, 0)
        } catch let error as StoreError {
            throw error.at(path)
        }
        let checkpoints = Checkpoints(manyFrames: options.pagesInLog)
        checkpoints.watch(connection)
        self.checkpoints = checkpoints
        changes = StoreChanges(path, watchesFile: options.watchesFile)
        lane = try WriterLane(
            LogWriting(LogReading(connection, file: path)), file: path, patience: patience, checkpoints: checkpoints,
            changes: changes)
        let synchronous = options.durability == .full ? "FULL" : "NORMAL"
        if options.checkpointsInBackground {
            checkpoints.start {
                let connection = try Connection(path, .writing, fileSystem: options.fileSystem)
                try connection.distrustSchema()
                try connection.execute("PRAGMA wal_autocheckpoint = 0")
                try connection.execute("PRAGMA synchronous = \(synchronous)")
                return connection
            }
        }
        @Sendable func openReader(waiting patience: Int32) throws -> LogReading {
            let connection = try Connection(path, .reading, fileSystem: options.fileSystem)
            sqlite3_busy_timeout(connection.handle, patience)
            try connection.distrustSchema()
            return LogReading(connection, file: path)
        }
        pool = ReaderPool(size: options.readers) { try openReader(waiting: patience.milliseconds) }
        readersAtHand = ReadersAtHand(size: options.readers) { try openReader(waiting: 0) }
    }

    /// How many transactions this store has committed: fewer than appends where these came together.
    package var commitCount: Int { checkpoints.commits.load(ordering: .relaxed) }

    /// Whether the writer waits until a checkpoint in the background is done.
    package var isWriterHeldUp: Bool { checkpoints.isWriterHeldUp.load(ordering: .relaxed) }

    /// How many appends wait for the store's own thread.
    package var waitingCount: Int { lane.waitingCount }

    deinit { close() }

    /// Finishes what is under way, refuses what comes, and closes the file; the last one to close it empties its log.
    ///
    /// Blocks until all of that is done. A second call does nothing.
    public func close() {
        pool.close()
        readersAtHand.close()
        checkpoints.close()
        lane.close()
        changes.close()
    }
}

extension Duration {
    /// Whole milliseconds, within what SQLite takes.
    var milliseconds: Int32 {
        let (seconds, attoseconds) = components
        return Int32(clamping: max(0, min(seconds, 1_000_000)) * 1_000 + attoseconds / 1_000_000_000_000_000)
    }
}
