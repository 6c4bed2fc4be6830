import EventSourcing
import Testing

@Suite("Snippets about the single writer")
struct SingleWriterSnippets {
    @Test("a writer that was overtaken is fenced")
    func fenced() async throws {
        let store = InMemoryStore()
        let (first, second) = (ActorSystem(name: "first"), ActorSystem(name: "second"))
        // snippet
        let cart = try Cart(persistenceID: PersistenceID("Cart", "cart-1")).behavior(on: store)
        let mine = first.spawn(cart.behavior, name: "cart-1")
        _ = try await mine.ask(timeout: .seconds(5)) { .add("tea", replyTo: $0) }
        let theirs = second.spawn(cart.behavior, name: "cart-1")
        _ = try await theirs.ask(timeout: .seconds(5)) { .add("cup", replyTo: $0) }
        let late = mine.askLater(timeout: .seconds(5)) { .add("pot", replyTo: $0) }
        // end
        do {
            _ = try await late.value()
            Issue.record("the first writer still writes")
        } catch {
            #expect(
                "\(error)"
                    == "The message was rejected: Cart|cart-1 was fenced by writer \(second.writerID) at epoch 2; "
                    + "epoch 1 can't write it any more")
        }
        #expect(try await theirs.ask(timeout: .seconds(5)) { .items(replyTo: $0) } == ["tea", "cup"])
        await first.shutdown()
        await second.shutdown()
    }

    @Test("retries and the replay filter are modifiers")
    func modifiers() throws {
        let id = try PersistenceID("Cart", "cart-1")
        // snippet
        let retrying = try Cart(persistenceID: id).behavior().withRetries(3)
        // end
        // snippet
        let repaired = try Cart(persistenceID: id).behavior()
            .withReplayFilter(ReplayFilter(mode: .repairByDiscardOld, comparison: .interleaved))
        // end
        #expect(retrying.id == repaired.id)
    }

    @Test("a lock that is a lease in the store")
    func locked() async throws {
        let (id, store) = (try PersistenceID("Cart", "cart-1"), InMemoryStore())
        // snippet
        let locks = try LeaseLockProvider(store, term: .seconds(10), waitingAtMost: .seconds(2))
        let locked = try Cart(persistenceID: id).behavior(on: store).withLocking(.pessimistic(locks))
        // end
        let systems = [ActorSystem(name: "first"), ActorSystem(name: "second")]
        let carts = systems.map { $0.spawn(locked.behavior, name: "cart-1") }
        for (cart, item) in zip(carts + carts, ["tea", "cup", "pot", "milk"]) {
            _ = try await cart.ask(timeout: .seconds(5)) { .add(item, replyTo: $0) }
        }
        #expect(try await carts[0].ask(timeout: .seconds(5)) { .items(replyTo: $0) } == ["tea", "cup", "pot", "milk"])
        for system in systems { await system.shutdown() }
    }
}
