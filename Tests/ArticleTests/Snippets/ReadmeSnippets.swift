import EventSourcing
import EventSourcingTestKit
import SQLiteStorage
import TestSupport
import Testing

@Suite("Snippets of the README")
struct ReadmeSnippets {
    @Test("carts in a registry, on one file")
    func registry() async throws {
        let folder = try TemporaryFolder()
        let (path, system) = (folder.file(), ActorSystem(name: "shop"))
        // snippet
        let store = try SQLiteStore.create(path)
        let carts = EntityRegistry<String, CartCommand>(
            in: system, name: "carts", passivatingAfter: .seconds(60),
            behavior: { id in
                .setup { _ in try Cart(persistenceID: PersistenceID("Cart", id)).behavior(on: store).behavior }
            })
        let items = try await carts.ref(for: "cart-7").ask(timeout: .seconds(5)) { .add("tea", replyTo: $0) }
        // end
        #expect(items == ["tea"])
        #expect(try await carts.ref(for: "cart-8").ask(timeout: .seconds(5)) { .items(replyTo: $0) } == [])
        await system.shutdown()
        store.close()
    }

    @Test("an upcaster brings an earlier version to the present one")
    func upcaster() throws {
        struct ItemAdded: Codable, Hashable, Sendable {
            var sku: String
            var quantity: Int
        }
        // snippet
        let itemAdded = EventType<ItemAdded>(
            "ItemAdded", version: 2, upcasters: [.object(from: 1) { payload in payload["quantity"] = 1 }])
        // end
        let registry = try EventRegistry(itemAdded)
        let stored = Array(#"{"sku":"tea"}"#.utf8)
        let event = try stored.withUnsafeBytes { try registry.decode(type: "ItemAdded", version: 1, payload: $0) }
        #expect(event == ItemAdded(sku: "tea", quantity: 1))
    }

    // snippet
    @Test("a cart that is checked out takes nothing more")
    func checkedOut() throws {
        let test = try EventSourcedTest(Cart(persistenceID: PersistenceID("Cart", "cart-1")))
        try test.given(.itemAdded(.init(sku: "tea")), .checkedOut(.init()))
        try test.when { .add("cup", replyTo: $0) }.thenNoEvents().thenRejected(with: Cart.Closed.self)
    }
    // end
}
