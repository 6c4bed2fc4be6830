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

// snippet
@Test("MyStore does as the store in memory does, whatever happens to it", arguments: 0..<3)
func sameAsInMemory(seed: UInt64) async throws {
    let run = DifferentialRun(seed: seed, operations: 500)
    let difference = try await run.compare([.events, .durableStates], on: { MyStore() })
    #expect(difference == nil)
}
// end
