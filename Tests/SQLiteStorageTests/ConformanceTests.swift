import EventSourcing
import EventStoreConformance
import SQLiteStorage
import TestSupport
import Testing

@Suite("The SQLite store is a store")
struct ConformanceTests {
    @Test(arguments: EventStoreConformance.cases)
    func conforms(_ conformance: ConformanceCase) async throws {
        let folder = try TemporaryFolder()
        try await run(conformance, in: folder, trust: .foreign)
    }

    @Test(arguments: EventStoreConformance.readerCases, [SQLiteReader.Trust.foreign, .own])
    func conformsInReading(_ conformance: ConformanceCase, trust: SQLiteReader.Trust) async throws {
        let folder = try TemporaryFolder()
        try await run(conformance, in: folder, trust: trust)
    }

    @Test(arguments: EventStoreConformance.reopeningCases)
    func conformsAcrossRestarts(_ conformance: ConformanceCase) async throws {
        let folder = try TemporaryFolder()
        try await run(conformance, in: folder, trust: .foreign)
    }

    private func run(
        _ conformance: ConformanceCase, in folder: TemporaryFolder, trust: SQLiteReader.Trust
    ) async throws {
        try await conformance.run(
            on: { try SQLiteStore.create(folder.file()) },
            reader: { _ in try SQLiteReader(folder.file(), trust: trust) },
            reopening: { store in
                store.close()
                return try SQLiteStore.open(folder.file())
            })
    }
}
