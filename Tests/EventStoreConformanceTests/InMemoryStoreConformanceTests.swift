import EventSourcing
import EventStoreConformance
import Testing

@Suite("The store in memory is a store")
struct InMemoryStoreConformanceTests {
    @Test("it does what every store must", arguments: EventStoreConformance.cases)
    func conforms(_ conformance: ConformanceCase) async throws {
        try await conformance.run(on: { InMemoryStore() })
    }

    @Test("its reader does what every reader must", arguments: EventStoreConformance.readerCases)
    func conformsAsReader(_ conformance: ConformanceCase) async throws {
        try await conformance.run(on: { InMemoryStore() }, reader: { $0.reader() })
    }
}
