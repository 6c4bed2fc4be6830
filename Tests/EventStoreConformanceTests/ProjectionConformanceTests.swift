import EventSourcing
import EventSourcingTestKit
import EventStoreConformance
import Testing

@Suite("The stores in memory keep projections and checkpoints as every store must")
struct ProjectionConformanceTests {
    typealias ProjectionCase = PortCase<any ProjectionStore>
    typealias CheckpointCase = PortCase<any CheckpointStore>

    @Test("the store in memory", arguments: EventStoreConformance.projectionCases)
    func inMemory(_ conformance: ProjectionCase) async throws {
        try await conformance.run(on: { InMemoryStore() })
    }

    @Test("a sandbox", arguments: EventStoreConformance.projectionCases)
    func sandbox(_ conformance: ProjectionCase) async throws {
        try await conformance.run(on: { SandboxStore(over: InMemoryStore().reader()) })
    }

    @Test("the test kit's store, while it is not told to fail", arguments: EventStoreConformance.projectionCases)
    func unreliable(_ conformance: ProjectionCase) async throws {
        try await conformance.run(on: { UnreliableStore() })
    }

    @Test("checkpoints in memory", arguments: EventStoreConformance.checkpointCases)
    func checkpointsInMemory(_ conformance: CheckpointCase) async throws {
        try await conformance.run(on: { InMemoryStore() })
    }

    @Test("checkpoints in a sandbox", arguments: EventStoreConformance.checkpointCases)
    func checkpointsInSandbox(_ conformance: CheckpointCase) async throws {
        try await conformance.run(on: { SandboxStore(over: InMemoryStore().reader()) })
    }

    @Test("checkpoints in the test kit's store", arguments: EventStoreConformance.checkpointCases)
    func checkpointsOfUnreliable(_ conformance: CheckpointCase) async throws {
        try await conformance.run(on: { UnreliableStore() })
    }
}
