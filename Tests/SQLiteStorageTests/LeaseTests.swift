import Actors
import EventSourcing
import TestSupport
import Testing

@testable import SQLiteStorage

@Suite("The SQLite store is a store of leases")
struct LeaseTests {
    @Test("of two stores on one file exactly one gets the lease, and the other is told who has it")
    func twoStores() async throws {
        let folder = try TemporaryFolder()
        let stores = [(try SQLiteStore.create(folder.file()), WriterID.first), (try .open(folder.file()), .second)]
        for round in 0..<50 as Range<UInt64> {
            let answers = try await withThrowingTaskGroup(of: LeaseAnswer.self) { group in
                for (store, writer) in stores {
                    group.addTask {
                        try await store.acquire(
                            "Cart|\(round)", for: .seconds(1), as: ULID(high: writer.ulid.high, low: round),
                            by: writer, at: .epoch)
                    }
                }
                var found: [LeaseAnswer] = []
                for try await answer in group { found.append(answer) }
                return found
            }
            let lease = try #require(try await stores[0].0.get("Cart|\(round)", at: .epoch))
            #expect(Set(answers) == [.acquired(lease), .held(lease)])
        }
    }

    @Test(
        "a row that can't be is damage, and is neither read nor written over",
        arguments: [
            "fencing_number = 0", "fencing_number = -1", "holder = NULL", "acquisition = x'00'", "expires = NULL",
        ])
    func damaged(change: String) async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.create(folder.file())
        let acquisition = ULID(high: 1, low: 1)
        _ = try await store.acquire("Cart|1", for: .seconds(1), as: acquisition, by: .first, at: .epoch)
        store.close()
        try Connection(folder.file(), .writing).execute("UPDATE leases SET \(change)")
        let again = try SQLiteStore.open(folder.file())
        for work: @Sendable () async throws -> Void in [
            { _ = try await again.get("Cart|1", at: .epoch) },
            { _ = try await again.acquire("Cart|1", for: .seconds(1), as: acquisition, by: .first, at: .epoch) },
        ] {
            let error = await #expect(throws: StoreError.self) { try await work() }
            #expect(error?.reason == .corrupt)
        }
    }
}
