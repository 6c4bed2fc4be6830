import Actors
import EventSourcing
import TestSupport
import Testing

@testable import SQLiteStorage

@Suite("The SQLite store has an outbox, and writes what goes with an append in its transaction")
struct OutboxTests {
    private func fill(_ store: SQLiteStore, _ stream: String, _ texts: String...) async throws {
        let entries = texts.map { NewOutboxEntry(to: "mail", payload: Array($0.utf8)) }
        _ = try await store.append(
            [.fixture(at: 0)], to: .named(stream), expecting: .any, by: .first, epoch: nil,
            with: Companions(outbox: entries))
    }

    @Test("rows, claims and dead letters are there after opening again")
    func reopens() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.create(folder.file())
        try await fill(store, "Order|1", "a", "b", "c")
        try await fill(store, "Order|2", "x")
        let claimed = try await store.claim(limit: 9, for: .seconds(9), as: .first, at: .epoch)
        try await store.deadLetter(try #require(claimed.first), reason: "nobody there", at: .second(1))
        let rows = try await store.entries(after: 0, limit: 9)
        let letters = try await store.deadLetters(after: nil, limit: 9)
        #expect((rows.count, letters.count) == (3, 1))
        store.close()
        let again = try SQLiteStore.open(folder.file())
        #expect(try await again.entries(after: 0, limit: 9) == rows)
        #expect(try await again.deadLetters(after: nil, limit: 9) == letters)
        #expect(try await again.nextDue() == .epoch)
    }

    @Test("two stores on one file deliver every row once, and those of one entity in their order")
    func twoStores() async throws {
        let folder = try TemporaryFolder()
        let stores = [(try SQLiteStore.create(folder.file()), ULID.first), (try .open(folder.file()), .second)]
        for round in 0..<5 {
            for stream in 0..<10 { try await fill(stores[round % 2].0, "Order|\(stream)", "\(round)a", "\(round)b") }
        }
        let delivered = Deliveries()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (store, claimer) in stores {
                group.addTask { try await Self.deliver(from: store, as: claimer, noting: delivered) }
            }
            try await group.waitForAll()
        }
        let seen = delivered.numbers
        #expect(seen.count == 10)
        #expect(seen.values.allSatisfy { $0.count == 10 && $0 == $0.sorted() })
    }

    private static func deliver(
        from store: SQLiteStore, as claimer: ULID, noting delivered: Deliveries
    ) async throws {
        // Where the other has claimed all that is due there is nothing to claim, and more to come.
        while try await store.nextDue() != nil {
            for entry in try await store.claim(limit: 3, for: .seconds(30), as: claimer, at: .epoch) {
                delivered.note(entry)
                let isDone = try await store.complete(entry, at: .epoch)
                #expect(isDone)
            }
        }
    }

    @Test("a thousand rows behind one that waits are not read by a claim")
    func frontier() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.create(folder.file())
        let entries = (0..<1_000).map { _ in NewOutboxEntry(to: "mail", payload: []) }
        _ = try await store.append(
            [.fixture(at: 0)], to: .named("Order|1"), expecting: .any, by: .first, epoch: nil,
            with: Companions(outbox: entries))
        store.close()
        let connection = try Connection(folder.file(), .reading)
        #expect(try connection.integer("SELECT count(*) FROM outbox WHERE due IS NOT NULL") == 1)
    }

    @Test("more rows than are forgotten at once are all forgotten")
    func forgetsMany() async throws {
        let folder = try TemporaryFolder.inMemory()
        let store = try SQLiteStore.create(folder.file(), options: SQLiteStoreOptions(durability: .normal))
        let count = Int(LogWriting.portion) * 2 + 1
        let entries = (0..<count).map { _ in NewOutboxEntry(to: "mail", payload: []) }
        _ = try await store.append(
            [.fixture(at: 0)], to: .named("Order|1"), expecting: .any, by: .first, epoch: nil,
            with: Companions(outbox: entries))
        store.close()
        try run("UPDATE outbox SET completed = entry, due = NULL", on: folder.file())
        let again = try SQLiteStore.open(folder.file(), options: SQLiteStoreOptions(durability: .normal))
        let commits = again.commitCount
        #expect(try await again.forgetCompleted(before: Timestamp(microseconds: Int64(count))) == count - 1)
        #expect(again.commitCount - commits == 3)
        #expect(try await again.entries(after: 0, limit: 9).map(\.number) == [Int64(count)])
    }

    @Test("a store whose file has lost an index is refused for writing, and can be looked at")
    func lostIndex() async throws {
        let folder = try TemporaryFolder()
        try SQLiteStore.create(folder.file()).close()
        try run("DROP INDEX outbox_by_entity", on: folder.file())
        let error = #expect(throws: StoreError.self) { try SQLiteStore.open(folder.file()) }
        #expect(error?.reason == .corrupt)
        #expect(error?.detail == "its index 'outbox_by_entity' is missing")
        #expect(try SQLiteReader(folder.file()).totals().events == 0)
    }

    @Test("a store whose file was laid out before its newest indexes gets them, and works")
    func olderFile() async throws {
        let folder = try TemporaryFolder()
        try SQLiteStore.create(folder.file()).close()
        try run(
            "DROP INDEX outbox_by_entity; DROP INDEX outbox_completed; PRAGMA user_version = 1", on: folder.file())
        let store = try SQLiteStore.open(folder.file(), options: MigrationTests.migrating)
        try await fill(store, "Order|1", "a", "b")
        let entry = try #require(try await store.claim(limit: 9, for: .seconds(9), as: .first, at: .epoch).first)
        #expect(try await store.complete(entry, at: .second(1)))
        #expect(try await store.forgetCompleted(before: .second(2)) == 1)
        #expect(try await store.claim(limit: 9, for: .seconds(9), as: .first, at: .epoch).count == 1)
    }
}

/// What was delivered, by entity and in order, whoever did it.
private final class Deliveries: Sendable {
    private let lists = Locked<[PersistenceID: [Int64]]>([:])

    var numbers: [PersistenceID: [Int64]] { lists.withLock { $0 } }

    func note(_ entry: OutboxEntry) {
        lists.withLock { $0[entry.persistenceID, default: []].append(entry.number) }
    }
}
