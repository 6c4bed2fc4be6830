import EventSourcing
import EventStoreConformance
import Testing

@Suite("A sandbox is a store")
struct SandboxStoreConformanceTests {
    static let abilities: Set<StoreAbility> = [.events, .commands, .quarantine, .reader]

    @Test("over an empty store it does what every store must", arguments: EventStoreConformance.cases(for: abilities))
    func conforms(_ conformance: ConformanceCase) async throws {
        try await conformance.run(
            on: { SandboxStore(over: InMemoryStore().reader()) }, reader: { $0.reader() })
    }

    // A sandbox does not know the commands that were handled beneath it, and says so; and writing at once has no first
    // writes that could be told from the rest.
    static let layered =
        EventStoreConformance.appendCases + EventStoreConformance.writerCases + EventStoreConformance.loadCases
        + EventStoreConformance.fidelityCases + EventStoreConformance.deletionCases + EventStoreConformance.logCases
        + EventStoreConformance.streamCases + EventStoreConformance.importCases + EventStoreConformance.snapshotCases
        + EventStoreConformance.readerCases

    @Test(
        "with its first writes in the store beneath, a history looks as if written in one", arguments: layered,
        [1, 2, 3, 5, 8])
    func conformsOverHistory(_ conformance: ConformanceCase, writesBeneath: Int) async throws {
        try await conformance.run(on: { LayeredStore(writesBeneath: writesBeneath) }, reader: { $0.reader() })
    }
}
