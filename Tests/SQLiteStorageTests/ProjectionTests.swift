import Actors
import EventSourcing
import TestSupport
import Testing

@testable import SQLiteStorage

@Suite("The SQLite store is a store of projections and checkpoints")
struct ProjectionTests {
    @Test("rows, versions and checkpoints are there after opening again, and any program can read them")
    func reopens() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.create(folder.file())
        for version in 1...2 {
            try await store.apply(
                [.put("1", #"{"total":\#(version)}"#)], to: Projection("orders", version: version), position: 5,
                expecting: 0, at: .second(1))
        }
        try await store.swap(to: Projection("orders", version: 2), at: .second(2))
        try await store.advance(Checkpoint("mail", position: 7, expecting: 0), at: .second(3))
        let versions = try await store.versions(of: "orders")
        store.close()
        let again = try SQLiteStore.open(folder.file())
        #expect(try await again.versions(of: "orders") == versions)
        #expect(try await again.get("1", of: "orders", version: nil) == #"{"total":2}"#)
        #expect(try await again.checkpoint("mail") == 7)
        let total = """
            SELECT json_extract(value, '$.total') FROM projection_rows JOIN projections USING (projection)
            WHERE is_live AND name = 'orders'
            """
        #expect(try Connection(folder.file(), .reading).integer(total) == 2)
    }

    @Test("a conflict of one store's projection is decided in its transaction, whoever wrote between")
    func twoStores() async throws {
        let folder = try TemporaryFolder()
        let stores = [try SQLiteStore.create(folder.file()), try SQLiteStore.open(folder.file())]
        // Each counts up from what it reads, and begins anew where the other was quicker.
        try await withThrowingTaskGroup(of: Void.self) { group in
            for store in stores {
                group.addTask { for _ in 0..<50 { try await Self.count(in: store) } }
            }
            try await group.waitForAll()
        }
        #expect(try await stores[0].get("count", of: "orders", version: nil) == "100")
        #expect(try await stores[1].versions(of: "orders").map(\.position) == [100])
    }

    private static func count(in store: SQLiteStore) async throws {
        while true {
            let position = try await store.versions(of: "orders").first?.position ?? 0
            do {
                return try await store.apply(
                    [.put("count", "\(position + 1)")], to: Projection("orders"), position: position + 1,
                    expecting: position, at: .epoch)
            } catch is ProjectionConflictError {}
        }
    }
}
