import EventSourcing
import EventStoreConformance
import Foundation
import SQLiteStorage
import TestSupport
import Testing

/// `PLAYHEAD_DIFFERENTIAL=50x10000` does 50 runs of 10,000 operations each; without it there are few and short ones.
@Suite("Random operations do the same to the SQLite store as to the store in memory")
struct DifferentialTests {
    /// How many runs of how many operations.
    static let extent: (runs: Int, operations: Int) = {
        let words = ProcessInfo.processInfo.environment["PLAYHEAD_DIFFERENTIAL"]?.split(separator: "x") ?? []
        guard words.count == 2, let runs = Int(words[0]), let operations = Int(words[1]) else { return (8, 500) }
        return (runs, operations)
    }()

    @Test(
        "reactions D12, P1: over all ports, with every answer and everything that can be seen compared",
        arguments: 0..<extent.runs)
    func same(run: Int) async throws {
        // A new seed every time finds what a fixed one never would; the difference says which it was.
        let seed = UInt64.random(in: 0 ... .max)
        let folder = try TemporaryFolder.inMemory()
        let options = SQLiteStoreOptions(durability: .normal, readers: 1)
        let (operations, batch) = (Self.extent.operations, max(100, Self.extent.operations / 20))
        let difference = try await DifferentialRun(seed: seed, operations: operations, batch: batch).compare(
            Set(StoreAbility.allCases),
            reopening: { store in
                store.close()
                return try SQLiteStore.open(folder.file(), options: options)
            }, on: { try SQLiteStore.create(folder.file(), options: options) })
        let found = difference.map(\.description)
        #expect(found == nil, "seed \(seed)")
    }
}
