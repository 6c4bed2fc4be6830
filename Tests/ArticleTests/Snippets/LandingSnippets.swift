import EventSourcing
import Testing

@Suite("Snippets of the first page")
struct LandingSnippets {
    @Test("a cart on a store")
    func cart() async throws {
        // snippet
        let store = InMemoryStore()
        let system = ActorSystem(name: "shop")
        let cart = try Cart(persistenceID: PersistenceID("Cart", "cart-1")).behavior(on: store)
        let ref = system.spawn(cart.behavior, name: "cart-1")
        let items = try await ref.ask(timeout: .seconds(5)) { .add("tea", replyTo: $0) }
        // end
        #expect(items == ["tea"])
        await system.shutdown()
    }
}
