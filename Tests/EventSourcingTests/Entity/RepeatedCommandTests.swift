import Actors
import Testing

@testable import EventSourcing

@Suite("A command that comes twice")
struct RepeatedCommandTests {
    private let store = InMemoryStore()

    private func recovered() async throws -> Entity<CartEvent, Cart> {
        let definition = EntityDefinition(
            id: try PersistenceID("Cart", "cart-1"), emptyState: Cart(), registry: try CartEvent.registry(),
            fold: { (cart: inout Cart, event: CartEvent) in try cart.apply(event) })
        return try await Entity.recover(
            definition,
            on: EntityGround(
                events: store, snapshots: store, writer: .first, now: { Timestamp(microseconds: 0) }, warn: { _, _ in })
        )
    }

    /// Adds an item under a command's id.
    private func add(
        _ item: String, as command: CommandRecord, to entity: Entity<CartEvent, Cart>
    ) async throws {
        let event = CartEvent.added(item)
        var cart = entity.state
        try cart.apply(event)
        let (type, version, payload) = try entity.definition.registry.encode(event)
        let time = Timestamp(microseconds: 1)
        let decision = Decision(
            events: [
                NewEvent(
                    type: type, schemaVersion: version, payload: payload, metadata: Metadata(commandID: command.id),
                    timestamp: time)
            ], ending: EffectEnding(primary: .done, hooks: []), snapshotRequest: .none, isSnapshotDue: false,
            companions: nil)
        _ = try await entity.commit(decision, leadingTo: cart, at: time, with: Companions(command: command))
    }

    @Test(
        "engine 162: its second time has no effect and tells the first one's reply, also after a recovery",
        arguments: [false, true])
    func repeated(afterRecovery: Bool) async throws {
        let command = CommandRecord(id: ULID(high: 1, low: 7), reply: Array("one item".utf8))
        var entity = try await recovered()
        try await add("apple", as: command, to: entity)
        if afterRecovery { entity = try await recovered() }
        do {
            try await add("apple", as: CommandRecord(id: command.id, reply: Array("two items".utf8)), to: entity)
            Issue.record("it had an effect a second time")
        } catch let error as CommandAlreadyHandledError {
            #expect(error.command == command)
        }
        #expect(entity.state.items == ["apple"])
        #expect(entity.sequenceNumber == 1)
        #expect(try await store.head(of: entity.definition.id)?.sequenceNumber == 1)
        // The entity goes on, and another command is another one.
        try await add("banana", as: CommandRecord(id: ULID(high: 1, low: 8)), to: entity)
        #expect(entity.state.items == ["apple", "banana"])
        #expect(try await recovered().state.items == ["apple", "banana"])
    }
}
