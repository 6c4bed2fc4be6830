import Actors
import CSQLite
import EventSourcing
import Foundation
import TestSupport
import Testing

@testable import SQLiteStorage

/// The statements that are run in this process, by SQLite's own account of them.
enum TracedStatements {
    // A C function has no other way to keep what it is told than a place of its own.
    private static let seen = Locked<Set<String>>([])

    /// Begins with the connections that are opened from now on.
    static func begin() {
        let start: @convention(c) (OpaquePointer?, UnsafeMutableRawPointer?, UnsafeRawPointer?) -> Int32 = {
            connection, _, _ in
            sqlite3_trace_v2(
                connection, UInt32(SQLITE_TRACE_STMT),
                { _, _, _, text in
                    guard let text else { return 0 }
                    let sql = String(cString: text.assumingMemoryBound(to: CChar.self))
                    TracedStatements.seen.withLock { _ = $0.insert(StatementText.plain(sql)) }
                    return 0
                }, nil)
        }
        // Sound: SQLite calls it with these arguments, whatever its type says.
        #expect(sqlite3_auto_extension(unsafeBitCast(start, to: (@convention(c) () -> Void).self)) == SQLITE_OK)
    }

    /// Writes those that were seen, a line each.
    static func write(to path: String) throws {
        let lines = seen.withLock { $0.sorted() }
        try Data(lines.joined(separator: "\n").utf8).write(to: URL(filePath: path))
    }

    /// Runs all that is asked of a file once or seldom, for which a statement is prepared anew each time: in a process of
    /// its own, because what is traced is that of the whole process.
    static func ofSeldomWork() async throws -> Set<String> {
        let folder = try TemporaryFolder.inMemory()
        await #expect(processExitsWith: .success) { [path = folder.path as String] in
            try await TracedStatements.doSeldomWork(in: TemporaryFolder(at: path))
        }
        let lines = try String(contentsOfFile: folder.file("statements"), encoding: .utf8)
        return Set(lines.split(separator: "\n").map(String.init))
    }

    private static func doSeldomWork(in folder: TemporaryFolder) async throws {
        let (whole, damaged) = (folder.file("whole.db"), folder.file("damaged.db"))
        _ = try await WholeStore(at: whole)
        try await makeDamaged(damaged)
        let older = try MigrationTests.fixture(1, in: folder)
        // What was done before is the tests' own.
        begin()
        try SQLiteStore.open(older, options: MigrationTests.migrating).close()
        let store = try SQLiteStore.create(folder.file("new.db"))
        try await store.importHistory([])
        let history = ImportedEvent(
            persistenceID: try .named("Order|1"), sequenceNumber: 1, event: .fixture("old"), writer: .first)
        for _ in 1...2 { try await store.restore(RestoredHistory(events: [history]), at: .epoch) }
        _ = try await store.consumers(of: .named("Order|1"), below: 9, limit: 9)
        store.close()
        try SQLiteStore.build(folder.file("built.db")) { _ in }
        let reader = try SQLiteReader(whole)
        try reader.checkPages { _ in .next }
        try reader.checkStreams { _ in .next }
        try reader.checkIndexes { _ in .next }
        try reader.checkReferences { _ in .next }
        _ = try reader.positions()
        try reader.exportLines(to: folder.file("whole"))
        try await takeLines(in: folder)
        for path in [whole, damaged] {
            try StoreRepair(path, into: path + ".repaired").finish(by: "test", at: .epoch)
        }
        try write(to: folder.file("statements"))
    }

    /// Lines go out and come back, once after an interruption.
    private static func takeLines(in folder: TemporaryFolder) async throws {
        let store = try SQLiteStore.create(folder.file("many.db"))
        let events = (0..<1_100).map { NewEvent.fixture("item \($0)") }
        _ = try await store.append(events, to: .named("Order|1"), expecting: .any, by: .first, epoch: nil, with: .none)
        store.close()
        try SQLiteReader(folder.file("many.db")).exportLines(to: folder.file("lines"))
        #expect(throws: StoreError.self) {
            try SQLiteStore.importLines(folder.file("lines"), into: folder.file("copy.db")) { _ in .stop }
        }
        #expect(try SQLiteStore.importLines(folder.file("lines"), into: folder.file("copy.db")).kept > 0)
    }

    /// A store with something wrong for every step of a repair.
    private static func makeDamaged(_ path: String) async throws {
        try await makeStore(at: path, streams: 3, events: 4)
        let store = try SQLiteStore.open(path)
        try await store.save(
            StoredSnapshot(
                persistenceID: .named("Order|1"), sequenceNumber: 2, stateType: "Order", writer: .first, epoch: 1,
                timestamp: .epoch, state: [1, 2, 3]))
        store.close()
        try run(
            """
            DROP INDEX events_by_stream; UPDATE snapshots SET state = x'00'; DELETE FROM streams WHERE stream = 3;
            UPDATE events SET sequence_number = 3 WHERE position = 2; UPDATE streams SET head = 2 WHERE stream = 2;
            UPDATE events SET type = 98, writer = 99 WHERE position = 7
            """, on: path)
    }
}
