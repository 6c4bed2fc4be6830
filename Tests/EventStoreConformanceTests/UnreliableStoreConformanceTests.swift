import EventSourcing
import EventSourcingTestKit
import EventStoreConformance
import Testing

@Suite("The test kit's store, while it is not told to fail, is a store")
struct UnreliableStoreConformanceTests {
    static let abilities: Set<StoreAbility> = Set(StoreAbility.allCases).subtracting([.reader, .reopening])

    @Test("of every kind", arguments: EventStoreConformance.cases(for: abilities))
    func conforms(_ conformance: ConformanceCase) async throws {
        try await conformance.run(on: { UnreliableStore() })
    }
}
