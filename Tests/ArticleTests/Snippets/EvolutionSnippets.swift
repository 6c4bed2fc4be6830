import EventSourcing
import Testing

@Suite("Snippets about evolution")
struct EvolutionSnippets {
    private struct ItemAddedV2: Codable, Sendable {
        var item: String
        var quantity: Int
    }

    private struct ItemAdded: Codable, Hashable, Sendable {
        var sku: String
        var quantity: Int
    }

    @Test("three versions and a former name are one event type")
    func chain() throws {
        // snippet
        let itemAdded = EventType<ItemAdded>(
            "ItemAdded", formerly: ["ArticleAdded"], version: 3,
            upcasters: [
                .object(from: 1) { payload in payload["quantity"] = 1 },
                .typed(from: 2) { (old: ItemAddedV2) in ItemAdded(sku: old.item, quantity: old.quantity) },
            ])
        // end
        let registry = try EventRegistry(itemAdded)
        func decode(_ type: String, _ version: Int, _ text: String) throws -> ItemAdded {
            try Array(text.utf8).withUnsafeBytes { try registry.decode(type: type, version: version, payload: $0) }
        }
        let tea = ItemAdded(sku: "tea", quantity: 1)
        #expect(try decode("ArticleAdded", 1, #"{"item":"tea"}"#) == tea)
        #expect(try decode("ItemAdded", 2, #"{"item":"tea","quantity":1}"#) == tea)
        #expect(try decode("ItemAdded", 3, #"{"sku":"tea","quantity":1}"#) == tea)
        #expect(try registry.encode(tea).type == "ItemAdded")
    }

    @Test("a chain with a gap is refused when the registry is built")
    func gap() throws {
        func registry() throws -> EventRegistry<ItemAdded> {
            // snippet
            try EventRegistry(
                EventType("ItemAdded", version: 3, upcasters: [.object(from: 1) { $0["quantity"] = 1 }]))
            // end
        }
        let error = try #require(throws: EventRegistryError.self) { try registry() }
        #expect(
            error.description
                == "The upcasters of ItemAdded end at version 2, and its version is 3; add one from version 2")
    }

    @Test("a snapshot of another version is passed over")
    func snapshotVersion() async throws {
        let (store, system, id) = (InMemoryStore(), ActorSystem(name: "shop"), try PersistenceID("Cart", "cart-1"))
        // snippet
        let cart = try Cart(persistenceID: id).behavior(on: store)
            .withSnapshots(.every(100), codec: .json("Cart", version: 2))
        // end
        try await store.save(
            StoredSnapshot(
                persistenceID: id, sequenceNumber: 1, stateType: "Cart", writer: system.writerID, timestamp: .epoch,
                state: Array("{}".utf8)))
        let ref = system.spawn(cart.behavior)
        #expect(try await ref.ask(timeout: .seconds(5)) { .add("tea", replyTo: $0) } == ["tea"])
        await system.shutdown()
    }
}
