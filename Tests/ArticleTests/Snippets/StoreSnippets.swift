import EventSourcing
import EventStoreConformance
import Testing

private typealias MyStore = InMemoryStore

// snippet
@Suite("MyStore is a store")
struct MyStoreTests {
    @Test("that does what every store must")
    func conforms() async {
        let report = await EventStoreConformance.run([.events, .durableStates]) { MyStore() }
        #expect(report.failures.isEmpty, "\(report)")
    }
}
// end

// snippet
@Suite("MyStore, case by case")
struct MyStoreCaseTests {
    @Test(arguments: EventStoreConformance.cases(for: [.events, .durableStates]))
    func conforms(_ conformance: ConformanceCase) async throws {
        try await conformance.run(on: { MyStore() })
    }
}
// end
