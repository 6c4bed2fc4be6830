import EventSourcing
import EventStoreConformance
import SQLiteStorage
import Testing

@Suite("The SQLite store is a store")
struct ConformanceTests {
    @Test(arguments: EventStoreConformance.cases)
    func conforms(_ conformance: ConformanceCase) async throws {
        let folder = try TemporaryFolder()
        try await conformance.run { try underTest(in: folder, trust: .foreign) }
    }

    @Test(arguments: EventStoreConformance.readerCases, [SQLiteReader.Trust.foreign, .own])
    func conformsInReading(_ conformance: ConformanceCase, trust: SQLiteReader.Trust) async throws {
        let folder = try TemporaryFolder()
        try await conformance.run { try underTest(in: folder, trust: trust) }
    }

    @Test(arguments: EventStoreConformance.reopeningCases)
    func conformsAcrossRestarts(_ conformance: ConformanceCase) async throws {
        let folder = try TemporaryFolder()
        try await conformance.run { try underTest(in: folder, trust: .foreign) }
    }

    private func underTest(in folder: TemporaryFolder, trust: SQLiteReader.Trust) throws -> StoreUnderTest {
        wrap(try SQLiteStore.create(folder.file()), folder, trust)
    }

    private func wrap(_ store: SQLiteStore, _ folder: TemporaryFolder, _ trust: SQLiteReader.Trust) -> StoreUnderTest {
        StoreUnderTest(
            store, makeReader: { try SQLiteReader(folder.file(), trust: trust) },
            reopen: {
                store.close()
                return wrap(try SQLiteStore.open(folder.file()), folder, trust)
            })
    }
}
