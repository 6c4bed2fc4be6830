import Actors
import EventSourcing
import Testing

@Suite("A command is decided once")
struct DecidedOnceTests {
    /// An entity that counts how often it is asked to decide, and the numbers that its hooks and snapshots see.
    private func behavior(
        _ decisions: Recorder<Int>, in store: InMemoryStore,
        _ effect: @escaping @Sendable (Effect<CartEvent, Cart>, ActorRef<Int>) -> Effect<CartEvent, Cart>
    ) throws -> EventSourcedBehavior<ActorRef<Int>, CartEvent, Cart> {
        try EventSourcedBehavior(
            id: PersistenceID("Cart", "cart-1"), emptyState: Cart(), events: CartEvent.registry(),
            commandHandler: { _, replyTo, cart in
                decisions.add(cart.items.count)
                return effect(.persist(.added("tea")), replyTo)
            },
            eventHandler: { cart, event in try cart.apply(event) }
        ).withEventStore(store).withSnapshotStore(store)
    }

    @Test("whether or not carrying it out takes suspending", arguments: ["reply", "run", "snapshot", "strategy"])
    func once(kind: String) async throws {
        let (decisions, store) = (Recorder<Int>(), InMemoryStore())
        var cart = try behavior(decisions, in: store) { effect, replyTo in
            switch kind {
            case "run": effect.thenRun { replyTo.tell($0.items.count) }
            case "snapshot": effect.thenSnapshot().thenReply(to: replyTo) { $0.items.count }
            default: effect.thenReply(to: replyTo) { $0.items.count }
            }
        }
        if kind != "reply" { cart = cart.withSnapshots(try .every(kind == "strategy" ? 1 : 1_000), codec: .json()) }
        let scheduler = StepScheduler()
        let system = ActorSystem(name: "once", scheduler: scheduler)
        let ref = system.spawn(cart.behavior)
        for count in 1...3 {
            #expect(try scheduler.run { try await ref.ask(timeout: .seconds(1)) { $0 } } == count)
        }
        #expect(decisions.values == [0, 1, 2])
        let snapshots = try await store.list(of: PersistenceID("Cart", "cart-1")).map(\.sequenceNumber)
        #expect(snapshots == (kind == "reply" || kind == "run" ? [] : [1, 2, 3]))
    }
}
