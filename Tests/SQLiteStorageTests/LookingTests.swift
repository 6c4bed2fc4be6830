import CSQLite
import EventSourcing
import Foundation
import SQLiteStorage
import TestSupport
import Testing

@Suite("Looking at a store changes no byte of its folder")
struct LookingTests {
    /// Looks at everything a reader shows.
    static func look(at path: String) throws -> StoreTotals {
        let reader = try SQLiteReader(path)
        _ = try reader.streams(StreamQuery(order: .newest))
        _ = try reader.writers()
        _ = try reader.changeToken()
        try reader.readAll(from: 1, through: .max, reversed: false, fields: .all) { event in
            let isIntact = event.isIntact
            #expect(isIntact)
            return .next
        }
        return try reader.totals()
    }

    @Test("of a store that nobody has open")
    func closedStore() async throws {
        let folder = try TemporaryFolder()
        try await makeStore(at: folder.file())
        let before = try folder.contents()
        #expect(Array(before.keys) == ["store.db"])
        #expect(try Self.look(at: folder.file()).events == 60)
        #expect(try folder.contents() == before)
    }

    @Test("of a store with a living writer, whose last events are seen")
    func livingWriter() async throws {
        let folder = try TemporaryFolder()
        var options = SQLiteStoreOptions()
        options.checkpointsInBackground = false
        let store = try SQLiteStore.create(folder.file(), options: options)
        try await store.append("a", "b", to: "Order|1")
        let path = folder.path
        // Another process looks: in this one, reading the file by hand would drop the writer's locks.
        await #expect(processExitsWith: .success) { [path = path as String] in
            let folder = TemporaryFolder(at: path)
            let before = try folder.contents()
            try #require(before.keys.sorted() == ["store.db", "store.db-shm", "store.db-wal"])
            try #require(try LookingTests.look(at: folder.file()).events == 2)
            try #require(try folder.contents() == before)
        }
        #expect(try await store.append("c", to: "Order|1").sequenceNumbers == 3..<4)
    }

    @Test("a file that gets a log, or is written, is opened anew at the next call")
    func reopens() async throws {
        let folder = try TemporaryFolder()
        try await makeStore(at: folder.file())
        let reader = try SQLiteReader(folder.file())
        let before = try reader.changeToken()
        #expect(try reader.changeToken() == before)
        let store = try SQLiteStore.open(folder.file())
        let watcher = StoreWatcher(folder.file())
        _ = watcher.takeChanges()
        try await store.append("new", to: "Order|new")
        #expect(watcher.takeChanges())
        let during = try reader.changeToken()
        #expect(during != before)
        #expect(try reader.totals().events == 61)
        try await store.append("newer", to: "Order|new")
        #expect(try reader.changeToken() != during)
        #expect(try reader.numbers("Order|new") == [1: true, 2: true])
        store.close()
        #expect(try reader.totals().events == 62)
    }

    @Test("by another name too: the log and its changes are seen beside the file itself")
    func link() async throws {
        let (folder, other) = (try TemporaryFolder(), try TemporaryFolder())
        try FileManager.default.createSymbolicLink(
            atPath: other.file("link.db"), withDestinationPath: folder.file())
        var options = SQLiteStoreOptions()
        options.checkpointsInBackground = false
        try await makeStore(at: folder.file())
        let store = try SQLiteStore.open(folder.file(), options: options)
        let watcher = StoreWatcher(other.file("link.db"))
        _ = watcher.takeChanges()
        try await store.append("a", "b", to: "Order|1")
        #expect(watcher.takeChanges())
        let (link, copy) = (other.file("link.db"), other.file("copy.db"))
        // Another process looks: in this one, reading the file by hand would drop the writer's locks.
        await #expect(processExitsWith: .success) { [link = link as String, copy = copy as String] in
            let reader = try SQLiteReader(link)
            try #require(try reader.totals().events == 62)
            try reader.backUp(to: copy)
            try #require(try SQLiteReader(copy).totals().events == 62)
        }
        store.close()
    }

    @Test("a log without its index is copied on demand, and the copy has all events")
    func copy() async throws {
        let folder = try TemporaryFolder()
        let other = try TemporaryFolder()
        var options = SQLiteStoreOptions()
        options.checkpointsInBackground = false
        let store = try SQLiteStore.create(folder.file(), options: options)
        try await store.append("a", "b", to: "Order|1")
        for suffix in ["", "-wal"] {
            try FileManager.default.copyItem(atPath: folder.file() + suffix, toPath: other.file() + suffix)
        }
        let before = try other.contents()
        #expect(refusal(of: other.file()) == .needsRecovery)
        let target = try TemporaryFolder()
        var told: Int64 = 0
        let copy = try SQLiteReader.copyForLooking(other.file(), into: target.path) { done, total in
            told = done
            return done <= total ? .next : .stop
        }
        #expect(told > 0)
        #expect(try LookingTests.look(at: copy).events == 2)
        #expect(try other.contents() == before)
        let stopped = #expect(throws: StoreError.self) {
            try SQLiteReader.copyForLooking(other.file(), into: target.path) { _, _ in .stop }
        }
        #expect(stopped?.reason == .cancelled)
        #expect(try FileManager.default.contentsOfDirectory(atPath: target.path).count == 1)
    }

    @Test("a hostile schema can do nothing: its triggers and views don't run, and no statement writes")
    func hostileSchema() async throws {
        let folder = try TemporaryFolder()
        try await makeStore(at: folder.file())
        try run("CREATE TRIGGER t AFTER UPDATE ON streams BEGIN DELETE FROM events; END", on: folder.file())
        let reader = try SQLiteReader(folder.file())
        #expect(try reader.totals().events == 60)
        let store = try SQLiteStore.open(folder.file())
        try await store.append("more", to: "Order|0")
        #expect(try reader.totals().events == 61)
        #expect(try reader.numbers("Order|0").count == 21)
    }

    @Test("a reader can be stopped from another thread, and goes on when it is cleared")
    func interruption() async throws {
        let folder = try TemporaryFolder()
        try await makeStore(at: folder.file(), streams: 1, events: 2_000)
        let reader = try SQLiteReader(folder.file())
        var seen = 0
        let error = #expect(throws: StoreError.self) {
            try reader.readAll(from: 1, through: .max, reversed: false, fields: .all) { _ in
                seen += 1
                if seen == 10 { reader.interruption.cancel() }
                return .next
            }
        }
        #expect(error?.reason == .cancelled)
        #expect(seen < 2_000)
        reader.interruption.clear()
        #expect(try reader.numbers("Order|0").count == 2_000)
    }

    @Test("people read the log in the view of the sqlite3 shell")
    func eventLog() async throws {
        let folder = try TemporaryFolder()
        try await makeStore(at: folder.file(), streams: 1, events: 1)
        var database: OpaquePointer?
        defer { sqlite3_close(database) }
        try #require(sqlite3_open(folder.file(), &database) == SQLITE_OK)
        var statement: OpaquePointer?
        defer { sqlite3_finalize(statement) }
        let sql = "SELECT persistence_id, sequence_number, type, time, payload, metadata FROM event_log"
        try #require(sqlite3_prepare_v2(database, sql, -1, &statement, nil) == SQLITE_OK)
        try #require(sqlite3_step(statement) == SQLITE_ROW)
        let row = (0..<6).map { String(cString: sqlite3_column_text(statement, $0)) }
        #expect(
            row == [
                "Order|0", "1", "ItemAdded", "2023-11-14T22:13:20.000000Z", "{\"item\":\"item 1\"}",
                "{\"source\":\"test\"}",
            ])
    }
}
