internal import EventStoreConformance
internal import Foundation
internal import SQLiteStorage
internal import TestSupport

/// Compares the SQLite store with the store in memory over many random operations on every port.
///
/// `store-trial RUNS OPERATIONS [SEED]` ends with 1 at the first difference, and says with which seed it was.
@main
struct StoreTrial {
    static func main() async throws {
        let numbers = CommandLine.arguments.dropFirst().compactMap { UInt64($0) }
        guard numbers.count >= 2, let runs = Int(exactly: numbers[0]), let operations = Int(exactly: numbers[1]) else {
            print("store-trial RUNS OPERATIONS [SEED]")
            exit(2)
        }
        let trial = Trial(operations: operations)
        try await withThrowingTaskGroup(of: String?.self) { group in
            for run in 0..<runs {
                if run >= ProcessInfo.processInfo.activeProcessorCount, let difference = try await group.next() ?? nil {
                    print(difference)
                    exit(1)
                }
                // A new seed every time finds what a fixed one never would; the difference says which it was.
                let seed = numbers.count > 2 ? numbers[2] &+ UInt64(run) : UInt64.random(in: 0 ... .max)
                group.addTask { try await trial.difference(seed: seed) }
            }
            for try await case let difference? in group {
                print(difference)
                exit(1)
            }
        }
        print("figures: differential runs: \(runs) of \(operations) operations over every port, 0 differences")
    }
}

/// One random run on a new store in memory's file system.
private struct Trial {
    let operations: Int

    /// What the two stores answered differently; nil where nothing was.
    func difference(seed: UInt64) async throws -> String? {
        let options = SQLiteStoreOptions(durability: .normal, readers: 1)
        let folder = try TemporaryFolder.inMemory()
        return try await DifferentialRun(seed: seed, operations: operations).compare(
            Set(StoreAbility.allCases), reader: { _ in try SQLiteReader(folder.file()) },
            reopening: { store in
                store.close()
                return try SQLiteStore.open(folder.file(), options: options)
            }, on: { @Sendable in try SQLiteStore.create(folder.file(), options: options) }
        ).map { String(describing: $0) }
    }
}
