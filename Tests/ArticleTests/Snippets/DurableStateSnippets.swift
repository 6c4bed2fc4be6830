import EventSourcing
import Testing

@Suite("Snippets about durable state")
struct DurableStateSnippets {
    @Test("a wallet on a store")
    func wallet() async throws {
        let (store, system) = (InMemoryStore(), ActorSystem(name: "bank"))
        // snippet
        let id = try PersistenceID("Wallet", "wallet-1")
        let wallet = system.spawn(
            Wallet(persistenceID: id).durableState.withDurableStateStore(store).withRetries(3).behavior,
            name: "wallet-1")
        wallet.tell(.receive(10))
        let left = try await wallet.ask(timeout: .seconds(5)) { .pay(4, replyTo: $0) }
        // end
        #expect(left == 6)
        #expect(try await store.get(id)?.description.stateType == "Wallet")
        #expect(try await store.revision(of: id) == 2)
        await system.shutdown()
    }

    @Test("a counter with closures")
    func counter() throws {
        let (store, scheduler, id) = (InMemoryStore(), StepScheduler(), try PersistenceID("Counter", "1"))
        // snippet
        let counter = DurableStateBehavior<Int, Int>(
            id: id, emptyState: 0, codec: .json("Counter"),
            commandHandler: { _, amount, count in .persist(count + amount) }
        ).withDurableStateStore(store)
        // end
        let ref = ActorSystem(name: "bank", scheduler: scheduler).spawn(counter.behavior)
        ref.tell(3)
        ref.tell(4)
        scheduler.drain()
        let stored = try #require(try scheduler.run { try await store.get(id) })
        #expect(String(decoding: stored.state, as: UTF8.self) == "7")
    }
}
