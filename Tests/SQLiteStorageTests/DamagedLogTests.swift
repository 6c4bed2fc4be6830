import EventSourcing
import Foundation
import TestSupport
import Testing

@testable import SQLiteStorage

@Suite("A log whose beginning is damaged is never written over where commits may be in it")
struct DamagedLogTests {
    /// Makes a store whose file holds one event, and its log two more, as a writer leaves it that is killed.
    static func makeKilled(at path: String) async throws {
        let folder = try TemporaryFolder()
        let first = try SQLiteStore.create(folder.file())
        try await first.append("a", to: "Order|1")
        first.close()
        var options = SQLiteStoreOptions()
        options.checkpointsInBackground = false
        let store = try SQLiteStore.open(folder.file(), options: options)
        try await store.append("b", to: "Order|1")
        try await store.append("c", to: "Order|1")
        for suffix in ["", "-wal"] {
            try FileManager.default.copyItem(atPath: folder.file() + suffix, toPath: path + suffix)
        }
        store.close()
    }

    private func events(_ path: String) throws -> Int64 {
        let reader = try SQLiteReader(path)
        defer { reader.close() }
        return try reader.totals().events
    }

    @Test(
        "opening it for writing is refused, whatever the options, and the folder stays as it was; a backup of it opens",
        arguments: [0, 3, 8, 16, 20, 24, 28, 40, 44])
    func refused(place: Int) async throws {
        let folder = try TemporaryFolder()
        let path = folder.file()
        try await Self.makeKilled(at: path)
        try BadFileTests.overwrite(path + "-wal", at: place, with: [0xA5])
        let before = try folder.contents()
        for options in [SQLiteStoreOptions(), SQLiteStoreOptions(migration: .afterBackup)] {
            let error = #expect(throws: StoreError.self) { try SQLiteStore.open(path, options: options) }
            #expect(error?.reason == .unreadableLog)
            #expect(
                error?.detail == """
                    'store.db-wal' is \(place < 4 ? "no log of SQLite" : "damaged at its beginning"), and writing would \
                    destroy the commits that may stand in it; `playhead backup` or `playhead repair` makes a new file of \
                    what can be read, and moving the log away gives those commits up
                    """)
        }
        #expect(try folder.contents() == before)
        let reader = try SQLiteReader(path)
        #expect(reader.problems.count == 1)
        try reader.backUp(to: folder.file("copy.db"))
        try SQLiteStore.open(folder.file("copy.db")).close()
        #expect(try events(folder.file("copy.db")) == 1)
        try FileManager.default.moveItem(atPath: path + "-wal", toPath: folder.file("away"))
        try SQLiteStore.open(path).close()
    }

    @Test("a file of an earlier layout is not migrated beside it, and no copy of it is kept")
    func notMigrated() async throws {
        let folder = try TemporaryFolder()
        let path = try MigrationTests.fixture(1, in: folder)
        var log = WriteAheadLog()
        log.changeSalts = (8, 9)
        try Data(log.bytes).write(to: URL(fileURLWithPath: path + "-wal"))
        let before = try folder.contents()
        let error = #expect(throws: StoreError.self) { try SQLiteStore.open(path, options: MigrationTests.migrating) }
        #expect(error?.reason == .unreadableLog)
        #expect(try folder.contents() == before)
    }

    @Test("a sound log is taken over")
    func sound() async throws {
        let folder = try TemporaryFolder()
        try await Self.makeKilled(at: folder.file())
        try SQLiteStore.open(folder.file()).close()
        #expect(try events(folder.file()) == 3)
    }

    /// A log in which no commit is lost, though SQLite takes it for an empty one.
    struct EmptyLog: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var bytes: [UInt8]
    }

    static let empty: [EmptyLog] = {
        var uncommitted = WriteAheadLog()
        (uncommitted.changeSalts, uncommitted.isCommit) = ((77, 5), false)
        return [
            EmptyLog(testDescription: "no byte", bytes: []),
            EmptyLog(testDescription: "a few bytes that are no header", bytes: [UInt8](repeating: 0x5A, count: 31)),
            EmptyLog(testDescription: "too short for a page", bytes: [UInt8](repeating: 0x5A, count: 567)),
            EmptyLog(testDescription: "zeros of a power cut", bytes: [UInt8](repeating: 0, count: 100_000)),
            EmptyLog(
                testDescription: "a header that is damaged, and nothing behind it",
                bytes: Array(WriteAheadLog().bytes.prefix(20)) + [UInt8](repeating: 0, count: 5_000)),
            EmptyLog(
                testDescription: "a new header before what another program never committed", bytes: uncommitted.bytes),
        ]
    }()

    @Test("a log that holds no commit is written over", arguments: empty)
    func opened(_ log: EmptyLog) async throws {
        let folder = try TemporaryFolder()
        try await makeStore(at: folder.file(), streams: 1, events: 3)
        try Data(log.bytes).write(to: URL(fileURLWithPath: folder.file() + "-wal"))
        let store = try SQLiteStore.open(folder.file())
        try await store.append("d", to: "Order|0", expecting: .number(3))
        store.close()
        #expect(try events(folder.file()) == 4)
    }

    /// How far a log has come that is begun anew after all of it is in the file.
    enum Beginning: CaseIterable { case notYet, itsHeader, itsFirstChange }

    @Test(
        "a log of which all is in the file is written over, however far its new beginning has come",
        arguments: Beginning.allCases)
    func checkpointed(_ beginning: Beginning) async throws {
        let (folder, other) = (try TemporaryFolder(), try TemporaryFolder())
        let (path, copy) = (folder.file(), other.file())
        try await makeStore(at: path, streams: 1, events: 3)
        var options = SQLiteStoreOptions()
        options.checkpointsInBackground = false
        let store = try SQLiteStore.open(path, options: options)
        for number in 3..<9 as Range<Int64> { try await store.append("d", to: "Order|0", expecting: .number(number)) }
        do {
            let connection = try Connection(path, .writing)
            try #require(try connection.integer("PRAGMA wal_checkpoint(RESTART)") == 0)
        }
        let old = try Data(contentsOf: URL(fileURLWithPath: path + "-wal"))
        if beginning != .notYet { try await store.append("e", to: "Order|0", expecting: .number(9)) }
        for suffix in ["", "-wal"] { try FileManager.default.copyItem(atPath: path + suffix, toPath: copy + suffix) }
        store.close()
        var log = try Data(contentsOf: URL(fileURLWithPath: copy + "-wal"))
        #expect((log.prefix(32) == old.prefix(32)) == (beginning == .notYet))
        #expect(log.count == old.count, "the changes of the log before it are behind its own")
        if beginning == .itsHeader {
            log.replaceSubrange(32..., with: old.dropFirst(32))
            try log.write(to: URL(fileURLWithPath: copy + "-wal"))
        }
        let opened = try SQLiteStore.open(copy)
        let last: Int64 = beginning == .itsFirstChange ? 10 : 9
        try await opened.append("f", to: "Order|0", expecting: .number(last))
        opened.close()
        #expect(try events(copy) == last + 1)
    }
}
