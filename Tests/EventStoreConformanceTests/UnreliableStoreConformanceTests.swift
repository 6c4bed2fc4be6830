import EventSourcing
import EventSourcingTestKit
import EventStoreConformance
import Testing

@Suite("The test kit's store, while it is not told to fail, is a store")
struct UnreliableStoreConformanceTests {
    @Test("of events and snapshots", arguments: EventStoreConformance.cases)
    func events(_ conformance: ConformanceCase) async throws {
        try await conformance.run(on: { UnreliableStore() })
    }

    @Test("of durable states", arguments: EventStoreConformance.durableStateCases)
    func durableStates(_ conformance: DurableStateCase) async throws {
        try await conformance.run(on: { UnreliableStore() })
    }

    @Test("of quarantined events", arguments: EventStoreConformance.quarantineCases)
    func quarantine(_ conformance: PortCase<any QuarantineStore>) async throws {
        try await conformance.run(on: { UnreliableStore() })
    }

    @Test("of leases", arguments: EventStoreConformance.leaseCases)
    func leases(_ conformance: LeaseCase) async throws {
        try await conformance.run(on: { UnreliableStore() })
    }
}
