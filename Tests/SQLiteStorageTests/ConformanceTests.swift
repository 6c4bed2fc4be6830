import EventSourcing
import EventStoreConformance
import SQLiteStorage
import TestSupport
import Testing

@Suite("The SQLite store is a store")
struct ConformanceTests {
    @Test(arguments: EventStoreConformance.cases)
    func conforms(_ conformance: ConformanceCase) async throws {
        try await run(conformance, trust: .foreign)
    }

    @Test(arguments: EventStoreConformance.cases.filter { $0.needs.contains(.reader) })
    func conformsInReadingOwnFiles(_ conformance: ConformanceCase) async throws {
        try await run(conformance, trust: .own)
    }

    private func run(_ conformance: ConformanceCase, trust: SQLiteReader.Trust) async throws {
        let folder = try TemporaryFolder()
        try await conformance.run(
            on: { try SQLiteStore.create(folder.file()) },
            reader: { _ in try SQLiteReader(folder.file(), trust: trust) },
            reopening: { store in
                store.close()
                return try SQLiteStore.open(folder.file())
            })
    }
}
