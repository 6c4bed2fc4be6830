import EventSourcing
import EventStoreConformance
import Testing

private typealias MyStore = InMemoryStore

// snippet
@Suite("MyStore is a store")
struct MyStoreTests {
    @Test("that does what every store must", arguments: EventStoreConformance.cases)
    func conforms(_ conformance: ConformanceCase) async throws {
        try await conformance.run(on: { MyStore() })
    }
}
// end
