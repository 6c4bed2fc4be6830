import EventSourcing
import TestSupport
import Testing

@testable import SQLiteStorage

@Suite("What is deleted goes in portions, so that nobody who appends waits for all of it")
struct PortionTests {
    private static let count = Int(LogWriting.portion) * 2 + 500

    private static func store(in folder: TemporaryFolder) throws -> SQLiteStore {
        try SQLiteStore.create(folder.file(), options: SQLiteStoreOptions(durability: .normal))
    }

    @Test("the events of a long stream, with the head where each portion ends")
    func events() async throws {
        let folder = try TemporaryFolder.inMemory()
        let store = try Self.store(in: folder)
        let events = (0..<Self.count).map { _ in NewEvent.fixture(at: 0) }
        _ = try await store.append(
            events, to: .named("Order|1"), expecting: .any, by: .first, epoch: nil, with: .none)
        let commits = store.commitCount
        #expect(try await store.deleteEvents(of: .named("Order|1"), upTo: Int64(Self.count - 5)))
        #expect(store.commitCount - commits == 3)
        let head = try #require(try await store.head(of: .named("Order|1")))
        #expect(head.sequenceNumber == Int64(Self.count))
        #expect(head.deletedTo == Int64(Self.count - 5))
        #expect(head.eventCount == 5)
        #expect(try await !store.deleteEvents(of: .named("Order|1"), upTo: Int64(Self.count - 5)))
        #expect(try await store.deleteEvents(of: .named("Order|1"), upTo: .max))
        #expect(try await store.head(of: .named("Order|1"))?.deletedTo == Int64(Self.count))
        store.close()
        try FaultTests.expectSound(folder.file(), "after deleting")
    }

    @Test("a stream that has lost its first events is deleted all the same")
    func hole() async throws {
        let folder = try TemporaryFolder.inMemory()
        let store = try Self.store(in: folder)
        let events = (0..<Self.count).map { _ in NewEvent.fixture(at: 0) }
        _ = try await store.append(
            events, to: .named("Order|1"), expecting: .any, by: .first, epoch: nil, with: .none)
        store.close()
        try run("DELETE FROM events WHERE sequence_number <= 1500", on: folder.file())
        let again = try SQLiteStore.open(folder.file())
        #expect(try await again.deleteEvents(of: .named("Order|1"), upTo: 2_000))
        #expect(try await again.head(of: .named("Order|1"))?.deletedTo == 2_000)
        let left = try SQLiteReader(folder.file()).numbers("Order|1").keys.sorted()
        #expect(left == Array(2_001...Int64(Self.count)))
    }

    @Test("the commands that are forgotten")
    func commands() async throws {
        let folder = try TemporaryFolder.inMemory()
        let store = try Self.store(in: folder)
        try await store.append("first", to: "Order|1")
        store.close()
        try run(
            """
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(Self.count))
            INSERT INTO commands (id, stream, sequence_number, time) SELECT randomblob(16), 1, 1, i FROM n
            """, on: folder.file())
        let again = try SQLiteStore.open(folder.file(), options: SQLiteStoreOptions(durability: .normal))
        let commits = again.commitCount
        #expect(
            try await again.forgetCommands(before: Timestamp(microseconds: Int64(Self.count - 9))) == Self.count - 10)
        #expect(again.commitCount - commits == 3)
        let left = try Connection(folder.file(), .reading).integer("SELECT count(*) FROM commands")
        #expect(left == 10)
    }
}
