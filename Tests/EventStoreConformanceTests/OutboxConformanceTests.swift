import Actors
import EventSourcing
import EventSourcingTestKit
import EventStoreConformance
import Testing

@Suite("The stores in memory keep outboxes, and what goes with an append, as every store must")
struct OutboxConformanceTests {
    typealias OutboxCase = PortCase<any EventStore & OutboxStore>
    typealias CompanionCase = PortCase<any CompanionStore>

    @Test("the store in memory", arguments: EventStoreConformance.outboxCases)
    func inMemory(_ conformance: OutboxCase) async throws {
        try await conformance.run(on: { InMemoryStore() })
    }

    @Test("a sandbox", arguments: EventStoreConformance.outboxCases)
    func sandbox(_ conformance: OutboxCase) async throws {
        try await conformance.run(on: { SandboxStore(over: InMemoryStore().reader()) })
    }

    @Test("the test kit's store, while it is not told to fail", arguments: EventStoreConformance.outboxCases)
    func unreliable(_ conformance: OutboxCase) async throws {
        try await conformance.run(on: { UnreliableStore() })
    }

    @Test("the store in memory, with every companion", arguments: EventStoreConformance.companionCases)
    func companionsInMemory(_ conformance: CompanionCase) async throws {
        try await conformance.run(on: { InMemoryStore() })
    }

    @Test("a sandbox, with every companion", arguments: EventStoreConformance.companionCases)
    func companionsInSandbox(_ conformance: CompanionCase) async throws {
        try await conformance.run(on: { SandboxStore(over: InMemoryStore().reader()) })
    }

    @Test("the test kit's store, with every companion", arguments: EventStoreConformance.companionCases)
    func companionsOfUnreliable(_ conformance: CompanionCase) async throws {
        try await conformance.run(on: { UnreliableStore() })
    }

    @Test("the store in memory, with those of durable states", arguments: EventStoreConformance.stateCompanionCases)
    func statesInMemory(_ conformance: PortCase<any StateCompanionStore>) async throws {
        try await conformance.run(on: { InMemoryStore() })
    }

    @Test("companions cost an append that has none one word, and compare by what is in them")
    func size() {
        #expect(MemoryLayout<Companions>.size <= MemoryLayout<CommandRecord?>.stride + 8)
        let timer = TimerChange.arm(NewTimer("pay", deadline: .epoch))
        #expect(Companions(timers: [], outbox: []) == .none)
        #expect(Companions(timers: [timer]) == Companions(timers: [timer]))
        #expect(Companions(timers: [timer]).hashValue == Companions(timers: [timer]).hashValue)
        #expect(Companions(timers: [timer]) != Companions(timers: [timer], at: .epoch))
        #expect(Companions(timers: [timer]) != Companions(timers: [.cancel("pay")]))
    }
}
