import CSQLite
import EventSourcing
import EventStoreConformance
import Foundation
import TestSupport
import Testing

@testable import SQLiteStorage

/// `Fixtures/version-1.db`, `version-2.db` and so on are files of every layout there was, kept as they were written.
@Suite("A store of an earlier layout")
struct MigrationTests {
    /// The version of the layout that this program writes.
    static let today = Int64(Layout.version)

    /// How those open a store who allow that it is migrated.
    static let migrating = SQLiteStoreOptions(migration: .afterBackup)

    /// A copy of a fixture, because what is kept must not change.
    static func fixture(_ version: Int, in folder: TemporaryFolder) throws -> String {
        let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/Fixtures"
        try FileManager.default.copyItem(atPath: "\(fixtures)/version-\(version).db", toPath: folder.file())
        return folder.file()
    }

    /// Gives a file of version 1 rows whose indexes become others, enough that they do not fit into a small cache.
    static func fill(_ path: String) throws {
        try run(
            """
            BEGIN;
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
            INSERT INTO subscriptions (application, target, lane, priority, watermark, work_mark, retries, fencing_number,
                holder, lease_until)
            SELECT 'bank', 'Audit|' || i, 'default', i % 7, i, 5000, 0, 1, zeroblob(16), i FROM n;
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
            INSERT INTO outbox (idempotency_key, persistence_id, sequence_number, item, destination, payload, created, due,
                attempts, completed)
            SELECT 'Order|' || (i % 50) || '/' || i || '/0', 'Order|' || (i % 50), i, 0, 'mail', x'7B7D', i,
                CASE WHEN i > 100 AND i <= 150 THEN i END, 0, CASE WHEN i <= 100 THEN i END FROM n;
            COMMIT;
            """, on: path)
    }

    /// All rows of all tables, without what says which version it is.
    static func rows(of path: String) throws -> [String] {
        let connection = try Connection(path, .lookingAlone)
        var found: [String] = []
        for table in Layout.tables {
            let columns = table.columns.filter { $0 != "layout_version" }
            let list = columns.map { "quote(\($0))" }.joined(separator: " || ',' || ")
            let statement = try Statement("SELECT \(list) FROM \(table.name) ORDER BY 1", on: connection)
            while try statement.step() { found.append("\(table.name): \(statement.text(at: 0) ?? "")") }
        }
        return found
    }

    /// What `sqlite_schema` says of tables, indexes and views, sorted.
    static func schema(of path: String) throws -> [String] {
        let connection = try Connection(path, .lookingAlone)
        let statement = try Statement(
            "SELECT type || ' ' || name || ': ' || coalesce(sql, '') FROM sqlite_schema ORDER BY 1", on: connection)
        var found: [String] = []
        while try statement.step() { found.append(statement.text(at: 0) ?? "") }
        return found
    }

    static func version(of path: String) throws -> Int64? {
        try Connection(path, .lookingAlone).integer("PRAGMA user_version")
    }

    @Test(
        "indexes that a later layout makes are not missed in a sound file of an earlier one",
        arguments: 1...Layout.version)
    func soundIndexes(_ version: Int) throws {
        let folder = try TemporaryFolder()
        let reader = try SQLiteReader(try Self.fixture(version, in: folder))
        try reader.checkIndexes { finding in
            Issue.record("\(finding)")
            return .next
        }
    }

    @Test("is refused with what to do where its migration was not allowed, and no byte of its folder changes")
    func refused() async throws {
        let folder = try TemporaryFolder()
        let path = try Self.fixture(1, in: folder)
        let before = try folder.contents()
        var told = 0
        let error = #expect(throws: StoreError.self) { try SQLiteStore.open(path) }
        #expect(
            error?.description
                == "\(path) has layout 1, which is older than this program's: opened with `migration: .afterBackup` it "
                + "becomes layout \(Self.today), and a copy is kept beside it")
        #expect(error?.reason == .olderLayout(version: 1))
        #expect(throws: StoreError.self) { try SQLiteStore.open(path, willMigrate: { _ in told += 1 }) }
        #expect(told == 0)
        #expect(try folder.contents() == before)
        #expect(SQLiteStoreOptions().migration == .refused)
    }

    @Test("is refused beside the log of a writer that was killed, and neither of the two changes")
    func refusedBesideLog() throws {
        let folder = try TemporaryFolder()
        let written = try Self.fixture(1, in: folder)
        let (path, log) = (folder.file("killed.db"), folder.file("killed.db-wal"))
        let connection = try Connection(written, .writing)
        try connection.execute("PRAGMA journal_mode = WAL")
        try connection.execute("CREATE TABLE more (value)")
        for (file, copy) in [(written, path), (written + "-wal", log)] {
            try FileManager.default.copyItem(atPath: file, toPath: copy)
        }
        let before = try [path, log].map { try Data(contentsOf: URL(fileURLWithPath: $0)) }
        #expect(before[1].count > 1_024)
        let error = #expect(throws: StoreError.self) { try SQLiteStore.open(path) }
        #expect(error?.reason == .olderLayout(version: 1))
        #expect(try [path, log].map { try Data(contentsOf: URL(fileURLWithPath: $0)) } == before)
        withExtendedLifetime(connection) {}
    }

    @Test("becomes one of today's when it is opened for writing, with the same rows, and a copy is kept beside it")
    func migrates() async throws {
        let folder = try TemporaryFolder()
        let path = try Self.fixture(1, in: folder)
        try Self.fill(path)
        #expect(chmod(path, 0o600) == 0)
        let (rows, schema) = (try Self.rows(of: path), try Self.schema(of: path))
        var told: [String] = []
        try SQLiteStore.open(path, options: Self.migrating, willMigrate: { told.append("\($0)") }).close()
        #expect(
            told == [
                "store.db has layout 1; a copy is kept in store.db.v1-backup, and it becomes layout \(Self.today)"
            ])
        #expect(try folder.contents().keys.sorted() == ["store.db", "store.db.v1-backup"])
        #expect(try Self.rows(of: path) == rows)
        let fresh = folder.file("fresh.db")
        try SQLiteStore.create(fresh).close()
        #expect(try Self.schema(of: path) == Self.schema(of: fresh))
        #expect(try Self.version(of: path) == Self.today)
        #expect(try Connection(path, .lookingAlone).integer("SELECT layout_version FROM store") == Self.today)
        let backup = folder.file("store.db.v1-backup")
        #expect(try Self.rows(of: backup) == rows)
        #expect(try Self.schema(of: backup) == schema)
        #expect(try Self.version(of: backup) == 1)
        var status = stat()
        #expect(stat(backup, &status) == 0 && status.st_mode & 0o777 == 0o600)
        // A second opening has nothing to do, and says nothing.
        told = []
        try SQLiteStore.open(path, options: Self.migrating, willMigrate: { told.append("\($0)") }).close()
        #expect(told == [])
    }

    @Test(
        "has the query plans of today's after that: no hot statement scans or sorts",
        arguments: QueryPlanTests.statements)
    func plans(_ sql: String) async throws {
        let folder = try TemporaryFolder.inMemory()
        let path = try Self.fixture(1, in: folder)
        try SQLiteStore.open(path, options: Self.migrating).close()
        try QueryPlanTests.expectPlan(of: sql, on: Connection(path, .reading))
    }

    @Test("a copy that is there already is not written over")
    func keepsCopies() async throws {
        let folder = try TemporaryFolder()
        let path = try Self.fixture(1, in: folder)
        for name in ["store.db.v1-backup", "store.db.v1-backup-2"] {
            try Data("mine".utf8).write(to: URL(fileURLWithPath: folder.file(name)))
        }
        let rows = try Self.rows(of: path)
        var told: LayoutMigration?
        try SQLiteStore.open(path, options: Self.migrating, willMigrate: { told = $0 }).close()
        #expect(told?.backup == folder.file("store.db.v1-backup-3"))
        #expect(try Self.rows(of: folder.file("store.db.v1-backup-3")) == rows)
        let kept = try folder.contents().mapValues(\.bytes)
        #expect(kept["store.db.v1-backup"] == Data("mine".utf8))
        #expect(kept["store.db.v1-backup-2"] == Data("mine".utf8))
    }

    @Test("is looked at as it is, and no byte of its folder changes")
    func looking() async throws {
        let folder = try TemporaryFolder()
        let path = try Self.fixture(1, in: folder)
        try Self.fill(path)
        let before = try folder.contents()
        let reader = try SQLiteReader(path)
        #expect(reader.description.layoutVersion == 1)
        #expect(try LookingTests.look(at: path).events == 5)
        #expect(try reader.numbers("Cart|cart-1").count == 5)
        #expect(try reader.snapshots(of: .named("Cart|cart-1")).isEmpty)
        #expect(try reader.quarantined(after: nil, limit: 9).isEmpty)
        try reader.checkPages { _ in .next }
        reader.close()
        #expect(try folder.contents() == before)
    }

    @Test("stays what it was where somebody keeps it from being migrated, and where a step fails")
    func fails() async throws {
        let folder = try TemporaryFolder()
        let path = try Self.fixture(1, in: folder)
        try Self.fill(path)
        // In the middle: two indexes are new by then, and the third can't be made.
        try run("CREATE TABLE outbox_by_entity (taken INTEGER)", on: path)
        let (rows, schema) = (try Self.rows(of: path), try Self.schema(of: path))
        #expect(throws: StoreError.self) { try SQLiteStore.open(path, options: Self.migrating) }
        #expect(throws: CancellationError.self) {
            try SQLiteStore.open(path, options: Self.migrating, willMigrate: { _ in throw CancellationError() })
        }
        #expect(try Self.rows(of: path) == rows)
        #expect(try Self.schema(of: path) == schema)
        #expect(try Self.version(of: path) == 1)
        #expect(try folder.contents().keys.sorted() == ["store.db"], "no copy of what is as it was")
    }

    @Test("is whole, and migrated by the next opening, when the program is killed in the middle")
    func killed() async throws {
        let folder = try TemporaryFolder()
        let path = try Self.fixture(1, in: folder)
        try Self.fill(path)
        let (rows, schema) = (try Self.rows(of: path), try Self.schema(of: path))
        let before = try folder.contents()["store.db"]?.bytes
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            let connection = try Connection(path, .writing)
            try connection.execute("PRAGMA journal_mode = DELETE")
            try connection.execute("PRAGMA synchronous = OFF")
            try connection.execute("BEGIN IMMEDIATE")
            try Layout.run(Layout.steps(from: 1), on: connection)
            // Now it is in the file itself, and a commit is all that is missing.
            #expect(sqlite3_db_cacheflush(connection.handle) == SQLITE_OK)
            kill(getpid(), SIGKILL)
        }
        #expect(try folder.contents().keys.sorted() == ["store.db", "store.db-journal"])
        #expect(try folder.contents()["store.db"]?.bytes != before, "some of it is written")
        let copy = folder.file("copy.db")
        for suffix in ["", "-journal"] {
            try FileManager.default.copyItem(atPath: path + suffix, toPath: copy + suffix)
        }
        #expect(try Connection(copy, .writing).integer("PRAGMA user_version") == 1)
        #expect(try Self.rows(of: copy) == rows)
        #expect(try Self.schema(of: copy) == schema)
        try SQLiteStore.open(path, options: Self.migrating).close()
        #expect(try Self.version(of: path) == Self.today)
        #expect(try Self.rows(of: path) == rows)
        #expect(try Self.rows(of: folder.file("store.db.v1-backup")) == rows)
    }

    @Test("that somebody else has open is busy after the limit, and is migrated when it is free")
    func held() async throws {
        let folder = try TemporaryFolder()
        let path = try Self.fixture(1, in: folder)
        var told = 0
        var options = SQLiteStoreOptions(busyTimeout: .milliseconds(50), migration: .afterBackup)
        do {
            let other = try Connection(path, .writing)
            #expect(try other.integer("SELECT count(*) FROM events") == 5)
            let error = #expect(throws: StoreError.self) {
                try SQLiteStore.open(path, options: options, willMigrate: { _ in told += 1 })
            }
            #expect(error?.reason == .busy)
            #expect(error?.description.contains("it gets layout \(Self.today) when nobody else has it open") == true)
            #expect(told == 0)
            #expect(try other.integer("PRAGMA user_version") == 1)
        }
        options.busyTimeout = .zero
        try SQLiteStore.open(path, options: options, willMigrate: { _ in told += 1 }).close()
        #expect(told == 1)
    }

    @Test("is migrated once by several processes that open it at the same moment", .timeLimit(.minutes(20)))
    func several() async throws {
        let folder = try TemporaryFolder()
        let path = try Self.fixture(1, in: folder)
        let processes = try (0..<4).map { _ in try ProbeProcess(on: path) }
        for (number, process) in processes.enumerated() {
            #expect(try process.ask("cart \(number)") == "cart \(number)")
            #expect(try process.ask("add tea").hasPrefix("added"))
        }
        #expect(try folder.contents().keys.filter { $0.contains("backup") } == ["store.db.v1-backup"])
    }

    @Test("of a version that never was, or is newer than this program, it is refused and not written")
    func otherVersions() async throws {
        let newer = Layout.version + 1
        let refusals: [(Int, StoreError.Reason)] = [
            (0, .corrupt), (-1, .corrupt), (newer, .newerLayout(version: newer)),
        ]
        for (version, reason) in refusals {
            let folder = try TemporaryFolder()
            let path = try Self.fixture(Layout.version, in: folder)
            try run("PRAGMA user_version = \(version)", on: path)
            let before = try folder.contents()
            let error = #expect(throws: StoreError.self) { try SQLiteStore.open(path, options: Self.migrating) }
            #expect(error?.reason == reason)
            #expect(try folder.contents() == before)
        }
    }

    @Test("of version 2 keeps its checksums as they are, and gets shorter ones beside them that fit as well")
    func shorterChecksums() async throws {
        let folder = try TemporaryFolder()
        let path = try Self.fixture(2, in: folder)
        let (rows, limit) = (try Self.rows(of: path), Int64(1) << 47)
        let store = try SQLiteStore.open(path, options: Self.migrating)
        #expect(try Self.rows(of: path) == rows)
        for number in 4...12 { try await store.append("item \(number)", to: "Order|1") }
        store.close()
        let found = try SQLiteReader(path).numbers("Order|1")
        #expect(found == Dictionary(uniqueKeysWithValues: (1...12).map { ($0, true) }))
        let log = try Connection(path, .lookingAlone)
        #expect(try log.integer("SELECT count(*) FROM events WHERE abs(checksum) >= \(limit)") ?? 0 > 0)
        #expect(
            try log.integer("SELECT count(*) FROM events WHERE position > 3 AND abs(checksum) > \(limit)") == 0)
        // A person sees the twelve digits that both kinds have.
        #expect(try log.integer("SELECT count(*) FROM event_log WHERE length(checksum) = 12") == 12)
    }

    @Test("what writes the fixture of today's version still writes such a store")
    func writes() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.create(folder.file())
        let outbox = Companions(
            timers: [.arm(NewTimer("pay", deadline: .epoch))],
            outbox: [NewOutboxEntry(to: "mail", payload: Array("{}".utf8))])
        for number in 1...3 {
            _ = try await store.append(
                [.fixture("item \(number)")], to: .named("Order|1"), expecting: .any, by: .first, epoch: nil,
                with: outbox)
        }
        try await store.subscribe([NewSubscription(.named("Audit|1"), workMark: 3)], of: "audit")
        store.close()
        try run(
            "PRAGMA journal_mode = DELETE; PRAGMA page_size = 1024; VACUUM; PRAGMA journal_mode = WAL",
            on: folder.file())
        if let path = ProcessInfo.processInfo.environment["PLAYHEAD_WRITE_FIXTURE"] {
            try FileManager.default.copyItem(atPath: folder.file(), toPath: path)
        }
        let kept = try TemporaryFolder()
        let fixture = try Self.fixture(Layout.version, in: kept)
        #expect(try Self.schema(of: folder.file()) == Self.schema(of: fixture))
        var told = 0
        let again = try SQLiteStore.open(fixture, options: Self.migrating, willMigrate: { _ in told += 1 })
        #expect(told == 0)
        #expect(
            try await again.entries(after: 0, limit: 9).map(\.idempotencyKey) == [
                "Order|1/1/0", "Order|1/2/0", "Order|1/3/0",
            ])
        #expect(try await again.list(.all, of: "audit", after: nil, limit: 9).map(\.workMark) == [3])
        again.close()
    }
}
