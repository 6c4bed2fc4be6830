import EventSourcing
import EventStoreConformance
import Testing

@Suite("A sandbox is a store")
struct SandboxStoreConformanceTests {
    static let abilities: Set<StoreAbility> = [
        .events, .commands, .quarantine, .reader, .timers, .outbox, .projections, .checkpoints, .subscriptions,
    ]

    @Test("over an empty store it does what every store must", arguments: EventStoreConformance.cases(for: abilities))
    func conforms(_ conformance: ConformanceCase) async throws {
        try await conformance.run(
            on: { SandboxStore(over: InMemoryStore().reader()) }, reader: { $0.reader() })
    }

    // A sandbox does not count the commands beneath that it forgets, and says so; and writing at once has no first writes that
    // could be told from the rest.
    static let layered =
        EventStoreConformance.appendCases + EventStoreConformance.writerCases + EventStoreConformance.loadCases
        + EventStoreConformance.fidelityCases + EventStoreConformance.deletionCases + EventStoreConformance.logCases
        + EventStoreConformance.streamCases + EventStoreConformance.importCases + EventStoreConformance.snapshotCases
        + EventStoreConformance.readerCases + EventStoreConformance.eventFilterCases
        + EventStoreConformance.statisticsCases + EventStoreConformance.truncationCases
        + EventStoreConformance.restoreCases

    @Test(
        "with its first writes in the store beneath, a history looks as if written in one", arguments: layered,
        [1, 2, 3, 5, 8])
    func conformsOverHistory(_ conformance: ConformanceCase, writesBeneath: Int) async throws {
        try await conformance.run(on: { LayeredStore(writesBeneath: writesBeneath) }, reader: { $0.reader() })
    }

    @Test("over a history a recovery begins with what each part says by itself")
    func recovery() async throws {
        let beneath = InMemoryStore()
        let (first, second) = (WriterID(ULID(high: 1, low: 1)), WriterID(ULID(high: 2, low: 2)))
        let event = NewEvent(type: "Paid", payload: Array("{}".utf8), timestamp: .epoch)
        let id = try PersistenceID("Order", "1")
        func snapshot(_ number: Int64) -> StoredSnapshot {
            StoredSnapshot(
                persistenceID: id, sequenceNumber: number, stateType: "Order", writer: second, timestamp: .epoch,
                state: [1])
        }
        _ = try await beneath.append(
            [event, event], to: id, expecting: .any, by: first, epoch: nil, with: .none)
        try await beneath.save(snapshot(2))
        try await beneath.quarantine(
            QuarantinedEvent(persistenceID: id, sequenceNumber: 1, reason: "odd", timestamp: .epoch, writer: first))
        let sandbox = SandboxStore(over: beneath.reader())
        func expectSame(_ origin: WriterID?) async throws {
            let start = try await sandbox.recoveryStart(of: id, snapshots: sandbox)
            #expect(try await start == RecoveryStart(of: id, in: sandbox, sandbox))
            #expect(start.snapshotOrigin?.writer == origin)
            #expect(start.apart.count == 1)
        }
        try await expectSame(first)
        _ = try await sandbox.append([event], to: id, expecting: .any, by: second, epoch: nil, with: .none)
        try await expectSame(first)
        try await sandbox.save(snapshot(3))
        try await expectSame(second)
        try await sandbox.deleteEvents(of: id, upTo: 3)
        try await expectSame(nil)
    }

    @Test("a sandbox keeps its timers when its first events are written")
    func sandboxWithEvents() async throws {
        let beneath = InMemoryStore()
        let id = try PersistenceID("Order", "1")
        func append(to store: some EventStore) async throws {
            let event = NewEvent(type: "Paid", payload: Array("{}".utf8), timestamp: .epoch)
            _ = try await store.append(
                [event], to: id, expecting: .any, by: WriterID(ULID(high: 1, low: 1)), epoch: nil, with: .none)
        }
        try await append(to: beneath)
        let sandbox = SandboxStore(over: beneath.reader())
        try await sandbox.arm(NewTimer("pay", deadline: .epoch), of: id)
        try await append(to: sandbox)
        #expect(try await sandbox.timer("pay", of: id)?.generation == 1, "the number of the last event beneath")
        #expect(try await beneath.timer("pay", of: id) == nil)
    }
}
