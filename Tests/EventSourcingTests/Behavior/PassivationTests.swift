import Actors
import EventSourcing
import EventSourcingTestKit
import Testing

@Suite("Passivation of event-sourced entities")
struct PassivationTests {
    @Test("engine 147: an entity that stops itself after a receive time-out is respawned with its full state")
    func respawned() throws {
        let stage = try CartStage()
        let (store, cart) = (stage.store, try stage.cart())
        let carts = EntityRegistry<String, CartCommand>(
            in: stage.system, name: "carts", passivatingAfter: .milliseconds(100)
        ) { _ in
            cart.behavior
        }
        let entity = carts.ref(for: "cart-1")
        stage.tell(entity, .add("apple"), .add("pear"))
        #expect(carts.activeCount == 1)
        stage.scheduler.advance(by: .milliseconds(100))
        #expect(carts.activeCount == 0)
        let appends = store.appendCount
        #expect(try stage.items(entity) == ["apple", "pear"])
        #expect(store.appendCount == appends)
        #expect(carts.activeCount == 1)
        guard case .success(let items) = stage.add(entity, "plum") else {
            Issue.record("the successor does not write")
            return
        }
        #expect(items == ["apple", "pear", "plum"])
        #expect(try stage.stored().count == 3)
    }
}
