import EventSourcing
import TestSupport
import Testing

@testable import SQLiteStorage

@Suite("A cart that two running systems write under a lock, on a file")
struct LockedCartTests {
    @Test("engine 134, machines 144: they take turns, no command is a conflict, and the lock is one row")
    func takeTurns() async throws {
        let folder = try TemporaryFolder()
        let stores = [try SQLiteStore.create(folder.file()), try SQLiteStore.open(folder.file())]
        let carts = try stores.map { store in
            let locks = try LeaseLockProvider(
                store, term: .seconds(600), waitingAtMost: .seconds(600), askingEvery: .milliseconds(1))
            return try CartOnFile(store, locking: .pessimistic(locks))
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (side, cart) in carts.enumerated() {
                group.addTask {
                    for number in 0..<100 {
                        let items = try await cart.add("\(side)-\(number)")
                        #expect(items.last == "\(side)-\(number)")
                    }
                }
            }
            try await group.waitForAll()
        }
        let items = try await carts[0].items()
        #expect(items.count == 200)
        for side in 0..<2 {
            #expect(items.filter { $0.hasPrefix("\(side)-") } == (0..<100).map { "\(side)-\($0)" })
        }
        for cart in carts { await cart.shutDown() }
        for store in stores { store.close() }
        let connection = try Connection(folder.file(), .reading)
        #expect(try connection.integer("SELECT count(*) FROM leases") == 1)
        #expect(
            try connection.integer("SELECT count(*) FROM leases WHERE holder IS NULL AND fencing_number = 201") == 1)
    }
}
