import EventSourcing
import EventStoreConformance
import Testing

@Suite("The store in memory is a store")
struct InMemoryStoreConformanceTests {
    static let abilities: Set<StoreAbility> = Set(StoreAbility.allCases).subtracting([.reopening])

    @Test("it does what every store must", arguments: EventStoreConformance.cases(for: abilities))
    func conforms(_ conformance: ConformanceCase) async throws {
        try await conformance.run(on: { InMemoryStore() }, reader: { $0.reader() })
    }
}
