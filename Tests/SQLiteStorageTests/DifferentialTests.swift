import EventSourcing
import EventStoreConformance
import SQLiteStorage
import TestSupport
import Testing

/// Few and short runs: `store-trial` does long ones, which an optimised program does in a minute.
@Suite("Random operations do the same to the SQLite store as to the store in memory")
struct DifferentialTests {
    @Test(
        "reactions D1, D2, D3, D4, D5, D6, D7, D9, D10, D11, D12, D14, P1: every answer, and all there is to see",
        arguments: 0..<8)
    func same(run: Int) async throws {
        // A new seed every time finds what a fixed one never would; the difference says which it was.
        let seed = UInt64.random(in: 0 ... .max)
        let folder = try TemporaryFolder.inMemory()
        let options = SQLiteStoreOptions(durability: .normal, readers: 1)
        let difference = try await DifferentialRun(seed: seed, operations: 500, batch: 100).compare(
            Set(StoreAbility.allCases), reader: { _ in try SQLiteReader(folder.file()) },
            reopening: { store in
                store.close()
                return try SQLiteStore.open(folder.file(), options: options)
            }, on: { try SQLiteStore.create(folder.file(), options: options) })
        let found = difference.map(\.description)
        #expect(found == nil, "seed \(seed)")
    }
}
