import EventSourcing
import EventStoreConformance
import SQLiteStorage
import TestSupport
import Testing

/// Few and short runs: `store-trial` does long ones, which an optimised program does in a minute.
@Suite("Random operations do the same to the SQLite store as to the store in memory")
struct DifferentialTests {
    @Test(
        "reactions D12, P1: over all ports, with every answer and everything that can be seen compared",
        arguments: 0..<8)
    func same(run: Int) async throws {
        // A new seed every time finds what a fixed one never would; the difference says which it was.
        let seed = UInt64.random(in: 0 ... .max)
        let folder = try TemporaryFolder.inMemory()
        let options = SQLiteStoreOptions(durability: .normal, readers: 1)
        let difference = try await DifferentialRun(seed: seed, operations: 500, batch: 100).compare(
            Set(StoreAbility.allCases),
            reopening: { store in
                store.close()
                return try SQLiteStore.open(folder.file(), options: options)
            }, on: { try SQLiteStore.create(folder.file(), options: options) })
        let found = difference.map(\.description)
        #expect(found == nil, "seed \(seed)")
    }
}
