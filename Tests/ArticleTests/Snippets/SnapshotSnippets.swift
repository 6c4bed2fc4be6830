import EventSourcing
import EventSourcingTestKit
import Testing

@Suite("Snippets about snapshots")
struct SnapshotSnippets {
    private let store = UnreliableStore()
    private let system = ActorSystem(name: "shop")
    private let id: PersistenceID

    init() throws { id = try PersistenceID("Cart", "cart-1") }

    /// Adds so many items, and answers the numbers of the snapshots.
    private func snapshots(
        _ cart: EventSourcedBehavior<CartCommand, CartEvent, Cart.State>, adding count: Int
    ) async throws -> [Int64] {
        let ref = system.spawn(cart.behavior)
        for number in 1...count { _ = try await ref.ask(timeout: .seconds(5)) { .add("\(number)", replyTo: $0) } }
        await system.shutdown()
        return try await store.base.list(of: id).map(\.sequenceNumber)
    }

    @Test("strategies combine")
    func strategies() async throws {
        // snippet
        let cart = try Cart(persistenceID: id).behavior(on: store).withSnapshots(
            .every(100) || .when { cart, _, _ in !cart.isOpen }, codec: .json("Cart"))
        // end
        #expect(try await snapshots(cart, adding: 101) == [100])
    }

    @Test("retention keeps the newest snapshots and what stands behind the oldest of them")
    func retention() async throws {
        // snippet
        let cart = try Cart(persistenceID: id).behavior(on: store)
            .withSnapshots(.every(2) || .onStop, codec: .json("Cart"))
            .withRetention(.snapshots(keep: 2, deleteEvents: true))
        // end
        let ref = system.spawn(cart.behavior)
        for number in 1...7 { _ = try await ref.ask(timeout: .seconds(5)) { .add("\(number)", replyTo: $0) } }
        #expect(try await store.base.list(of: id).map(\.sequenceNumber) == [4, 6])
        #expect(try await store.base.head(of: id)?.deletedTo == 4)
        await system.shutdown()
        #expect(try await store.base.list(of: id).map(\.sequenceNumber) == [6, 7])
    }
}
