internal import CSQLite
internal import EventSourcing
internal import Glibc

extension Layout {
    /// Makes today's layout of an earlier one: after a copy was kept, in one transaction, and with nobody else in the file.
    ///
    /// Where another process has done it meanwhile there is nothing left to do. A connection that is open keeps others from
    /// being alone in the file, so whoever tries again must have none in between.
    ///
    /// - Parameters:
    ///   - fileSystem: the name by which SQLite knows the files that lie beneath; nil for the system's.
    ///   - limit: how long those are waited for who only read, once it is begun.
    ///   - willMigrate: is told before anything of the layout is written; what it throws keeps the file at its version.
    ///
    /// Throws `StoreError`: `busy` where somebody has the file open, and what can't be read or written; the file has its
    /// old version then.
    static func migrate(
        _ file: String, in fileSystem: String? = nil, until limit: ContinuousClock.Instant,
        willMigrate: (LayoutMigration) throws -> Void
    ) throws {
        let connection = try Connection(file, .writing, fileSystem: fileSystem)
        try connection.distrustSchema()
        // Even a store whose last commits may be lost is not to lose its file.
        try connection.execute("PRAGMA synchronous = FULL")
        guard try beginAlone(connection) else {
            throw StoreError(.busy, file: file, detail: "it gets layout \(version) when nobody else has it open")
        }
        do {
            let found = try check(connection, file: file, forLooking: true).version
            guard found < version else { return try connection.execute("ROLLBACK") }
            let migration = LayoutMigration(file, from: found)
            try willMigrate(migration)
            try keepCopy(migration, in: fileSystem)
            sqlite3_busy_timeout(connection.handle, (limit - ContinuousClock.now).milliseconds)
            try migrate(connection, migration)
        } catch {
            if !connection.isIdle { try? connection.execute("ROLLBACK") }
            throw error
        }
    }

    private static func migrate(_ connection: borrowing Connection, _ migration: LayoutMigration) throws {
        do {
            try run(steps(from: migration.from), on: connection)
            try connection.execute("COMMIT")
        } catch {
            if !connection.isIdle { try? connection.execute("ROLLBACK") }
            // Where the file is known to be as it was, the copy is one too many.
            if connection.isIdle, (try? connection.integer("PRAGMA user_version")) == Int64(migration.from) {
                unlink(migration.backup)
            }
            throw error
        }
    }

    /// Runs steps in the transaction that is open.
    static func run(_ steps: [LayoutStep], on connection: borrowing Connection) throws {
        for step in steps {
            for statement in step.statements { try connection.execute(statement) }
            try connection.execute("UPDATE store SET layout_version = \(step.version + 1)")
            try connection.execute("PRAGMA user_version = \(step.version + 1)")
        }
    }

    /// Opens a transaction that may write in a file that nobody else has open; false where somebody has.
    ///
    /// Whoever has a file with a log open shares a lock on it, which keeps it from being changed to one without. From then
    /// on until the transaction ends nobody can make a log again; who only reads may.
    private static func beginAlone(_ connection: borrowing Connection) throws -> Bool {
        do {
            try connection.execute("PRAGMA journal_mode = DELETE")
            try connection.execute("BEGIN IMMEDIATE")
            // The first read tells whether somebody has made a log since.
            _ = try connection.integer("SELECT count(*) FROM sqlite_schema")
            let mode = try Statement("PRAGMA journal_mode", on: connection)
            if try mode.step(), mode.text(at: 0) == "delete" { return true }
            mode.reset()
            try connection.execute("ROLLBACK")
            return false
        } catch let error as StoreError where error.reason == .busy {
            return false
        }
    }

    /// Keeps a copy of the file as it is, complete and synced, that only those can read who can read the file.
    private static func keepCopy(_ migration: LayoutMigration, in fileSystem: String?) throws {
        var status = stat()
        guard stat(migration.path, &status) == 0 else { throw StoreError(.missing, file: migration.path) }
        let reader = try SQLiteReader(migration.path, trust: .own, in: fileSystem)
        defer { reader.close() }
        try reader.backUp(to: migration.backup)
        guard chmod(migration.backup, status.st_mode & 0o777) == 0 else {
            throw StoreError(.inputOutput, file: migration.backup, detail: String(cString: strerror(errno)))
        }
    }
}
