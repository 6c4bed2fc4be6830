import EventSourcing
import EventStoreConformance
import SQLiteStorage
import Testing

@Suite("The SQLite store is a store")
struct ConformanceTests {
    @Test(arguments: EventStoreConformance.cases)
    func conforms(_ conformance: ConformanceCase) async throws {
        let folder = try TemporaryFolder()
        try await conformance.run(on: { try SQLiteStore.create(folder.file()) })
    }

    @Test(arguments: EventStoreConformance.readerCases, [SQLiteReader.Trust.foreign, .own])
    func conformsInReading(_ conformance: ConformanceCase, trust: SQLiteReader.Trust) async throws {
        let folder = try TemporaryFolder()
        try await conformance.run(
            on: { try SQLiteStore.create(folder.file()) }, reader: { try SQLiteReader($0.path, trust: trust) })
    }

    @Test(arguments: EventStoreConformance.reopeningCases)
    func conformsAcrossRestarts(_ conformance: ConformanceCase) async throws {
        let folder = try TemporaryFolder()
        try await conformance.run(
            on: { try SQLiteStore.create(folder.file()) },
            reopening: { store in
                store.close()
                return try SQLiteStore.open(store.path)
            })
    }
}
