import Actors
import EventSourcing
import SQLiteStorage
import TestSupport
import Testing

@Suite("Short questions")
struct ShortQuestionTests {
    @Test("as many as come at once are each answered rightly, while somebody writes")
    func manyAtOnce() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.create(folder.file(), options: SQLiteStoreOptions(durability: .normal))
        for stream in 0..<8 { try await store.append("one", "two", "three", to: "Order|\(stream)") }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<16 {
                group.addTask {
                    for turn in 0..<50 {
                        let id = try PersistenceID.named("Order|\((task + turn) % 8)")
                        #expect(try await store.head(of: id)?.sequenceNumber == 3)
                        let numbers = try await store.load(id, from: 2, through: 3, fields: .all, into: [Int64]()) {
                            if $1.isIntact { $0.append($1.sequenceNumber) }
                            return .next
                        }
                        #expect(numbers == [2, 3])
                    }
                }
            }
            group.addTask {
                for _ in 0..<50 { try await store.append("more", to: "Order|busy") }
            }
            try await group.waitForAll()
        }
    }

    @Test("what a recovery begins with is of one moment, while somebody writes")
    func oneMoment() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.create(folder.file(), options: SQLiteStoreOptions(durability: .normal))
        let id = try PersistenceID.named("Order|1")
        try await store.append("one", to: "Order|1")
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for number in 2...400 as ClosedRange<Int64> {
                    try await store.append("more", to: "Order|1")
                    try await store.save(
                        StoredSnapshot(
                            persistenceID: id, sequenceNumber: number, stateType: "Order", writer: .first,
                            timestamp: .epoch, state: []))
                }
            }
            for _ in 0..<2 {
                group.addTask {
                    var last: Int64 = 1
                    while last < 400 {
                        try Task.checkCancellation()
                        let start = try await store.recoveryStart(of: id, snapshots: store)
                        last = start.snapshot?.description.sequenceNumber ?? 1
                        // A snapshot is saved behind its events, so at no moment is it above the head.
                        #expect(last <= start.head?.sequenceNumber ?? 0)
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    @Test("what a visitor throws reaches the one who asked, and the next question is answered")
    func throwingVisitor() async throws {
        struct Enough: Error {}
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.create(folder.file())
        try await store.append("one", to: "Order|1")
        let id = try PersistenceID.named("Order|1")
        for _ in 0..<5 {
            await #expect(throws: Enough.self) {
                try await store.load(id, from: 1, through: 1, fields: .all, into: 0) { _, _ in throw Enough() }
            }
        }
        #expect(try await store.head(of: id)?.sequenceNumber == 1)
    }

    @Test("closing waits for what is being answered, and refuses what comes")
    func closing() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.create(folder.file())
        try await store.append("one", to: "Order|1")
        let id = try PersistenceID.named("Order|1")
        async let answers = withTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<1_000 {
                        do {
                            guard try await store.head(of: id)?.sequenceNumber == 1 else { return false }
                        } catch {
                            return (error as? StoreError)?.reason == .closed
                        }
                    }
                    return true
                }
            }
            return await group.reduce(true) { $0 && $1 }
        }
        store.close()
        #expect(await answers)
        await #expect(throws: StoreError.self) { try await store.head(of: id) }
        // With its last connection closed, the log is gone.
        #expect(try !folder.contents().keys.contains { $0.hasSuffix("-wal") })
    }
}
