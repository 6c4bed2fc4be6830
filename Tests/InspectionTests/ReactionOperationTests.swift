import Actors
import EventSourcing
import SampleDomain
import Testing

@testable import Inspection

@Suite("Changing subscriptions from the workbench", .timeLimit(.minutes(5)))
struct ReactionOperationTests {
    private let store = InMemoryStore()
    private let shipment: PersistenceID

    /// Sales, of which the last one's shipment is blocked by a strike.
    init() throws {
        shipment = try PersistenceID("Shipment", "sale-6")
        try Fulfilment.happen(6, in: store, seed: 42, startingAt: Timestamp(microseconds: 1_740_906_000_000_000))
    }

    private func operate(
        _ kind: ReactionOperation.Kind, _ targets: [PersistenceID], of application: String = Fulfilment.name,
        domains: [Domain]
    ) async throws -> Int {
        let system = ActorSystem(name: "test")
        let live = LiveEntities(
            domains, on: EntityHost(system: system, events: store, snapshots: store, writer: system.writerID))
        let count = try await live.operate(ReactionOperation(kind, targets, of: application), by: "Ada")
        await live.stop()
        await system.shutdown()
        return count
    }

    private func remembered() async throws -> [String] {
        try await store.load(
            PersistenceID("Operations", Fulfilment.name), from: 1, through: .max, fields: .payload, into: [String]()
        ) { lines, event in
            lines.append("\(event.type) \(String(decoding: event.payload, as: UTF8.self))")
            return .next
        }
    }

    @Test("the application does it and remembers who did it", arguments: [ReactionOperation.Kind.unblock, .reset])
    func remembering(kind: ReactionOperation.Kind) async throws {
        #expect(try await operate(kind, [shipment], domains: Fulfilment.domains()) == 1)
        let lines = try await remembered()
        #expect(lines.count == 1)
        #expect(lines.first?.hasPrefix(kind == .unblock ? "SubscriptionsUnblocked" : "SubscriptionsReset") == true)
        #expect(lines.first?.contains("Ada") == true && lines.first?.contains("Shipment|sale-6") == true)
    }

    @Test(
        "of an application that does not run here the rows alone are changed",
        arguments: [ReactionOperation.Kind.unblock, .reset])
    func stranger(kind: ReactionOperation.Kind) async throws {
        #expect(try await operate(kind, [shipment], domains: []) == 1)
        let row = try await store.list(.these(shipment), of: Fulfilment.name, after: nil, limit: 1).first
        #expect(row?.blocked == nil && row?.failure == nil)
        #expect(try await remembered().isEmpty)
        #expect(try await operate(kind, [shipment], of: "nobody", domains: []) == 0)
    }

    @Test("cancelling what does not run changes nothing, and begins no application")
    func cancelling() async throws {
        let system = ActorSystem(name: "test")
        let host = EntityHost(system: system, events: store, snapshots: store, writer: system.writerID)
        let live = LiveEntities(try Fulfilment.domains(), on: host)
        let operation = ReactionOperation(.cancel, [shipment], of: Fulfilment.name)
        #expect(try await live.operate(operation, by: "Ada") == 0)
        #expect(!live.isReacting && live.running.isEmpty)
        #expect(live.presence(of: Fulfilment.name) == .begins && live.presence(of: "other") == .elsewhere)
        _ = try live.entity(shipment)
        _ = try live.entity(PersistenceID("Sale", "any"))
        #expect(live.isReacting && live.presence(of: Fulfilment.name) == .runs)
        #expect(try await live.operate(operation, by: "Ada") == 0)
        await live.stop()
        await system.shutdown()
    }

    @Test("a copy changes its own, and nothing beneath")
    func sandbox() async throws {
        let copy = SandboxStore(over: store.reader())
        let system = ActorSystem(name: "test")
        let live = LiveEntities(
            [], on: EntityHost(system: system, events: copy, snapshots: copy, writer: system.writerID))
        let count = try await live.operate(ReactionOperation(.unblock, [shipment], of: Fulfilment.name), by: "Ada")
        #expect(count == 1)
        #expect(try await copy.list(.these(shipment), of: Fulfilment.name, after: nil, limit: 1).first?.blocked == nil)
        #expect(try await store.list(.these(shipment), of: Fulfilment.name, after: nil, limit: 1).first?.blocked != nil)
        await system.shutdown()
    }
}
