import Actors
import EventSourcing
import EventSourcingTestKit
import Testing

/// The cart of an earlier version of the program, under the names that its types had then.
private enum Before {
    enum BasketEvent: Hashable, Sendable {
        case put(ThingPut)
        case emptied(Emptied)
    }

    struct ThingPut: Codable, Hashable, Sendable { var item: String }
    struct Emptied: Codable, Hashable, Sendable {}
    struct Basket: Codable, Hashable, Sendable { var items: [String] = [] }

    static func registry() throws -> EventRegistry<BasketEvent> {
        try EventRegistry(
            EventType("ItemAdded", embed: BasketEvent.put) { if case .put(let it) = $0 { it } else { nil } },
            EventType("ItemsCleared", embed: BasketEvent.emptied) { if case .emptied(let it) = $0 { it } else { nil } })
    }

    static func fold(_ basket: inout Basket, _ event: BasketEvent) {
        switch event {
        case .put(let event): basket.items.append(event.item)
        case .emptied: basket.items = []
        }
    }
}

@Suite("A renamed Swift type")
struct RenamedTypeTests {
    private let store = UnreliableStore()
    private let scheduler = StepScheduler(startingAt: Timestamp(microseconds: 1_000_000))
    private let id: PersistenceID

    init() throws { id = try PersistenceID("Cart", "cart-1") }

    private func before() throws -> EventSourcedBehavior<String, Before.BasketEvent, Before.Basket> {
        EventSourcedBehavior(
            id: id, emptyState: Before.Basket(), events: try Before.registry(),
            commandHandler: { _, item, _ in
                item.isEmpty ? .persist(.emptied(Before.Emptied())) : .persist(.put(Before.ThingPut(item: item)))
            },
            eventHandler: { basket, event in Before.fold(&basket, event) }
        ).withSnapshots(try .every(2), codec: .json("Cart"))
    }

    private func after(seeing seen: Recorder<[String]>) throws -> EventSourcedBehavior<String, CartEvent, Cart> {
        EventSourcedBehavior(
            id: id, emptyState: Cart(), events: try CartEvent.registry(),
            commandHandler: { _, item, cart in
                seen.add(cart.items)
                return item.isEmpty ? .persist(.cleared(CartCleared())) : .persist(.added(item))
            },
            eventHandler: { cart, event in try cart.apply(event) }
        ).withSnapshots(try .every(2), codec: .json("Cart"))
    }

    /// Sends commands to an entity in a system of its own, on the one store or on another.
    private func run<Event, State>(
        _ behavior: EventSourcedBehavior<String, Event, State>, on store: UnreliableStore<InMemoryStore>,
        _ commands: String...
    ) {
        let system = ActorSystem(name: "test", scheduler: scheduler)
        let entity = system.spawn(
            behavior.withEventStore(store).withSnapshotStore(store).withWriter(.named("W")).behavior)
        for command in commands { entity.tell(command) }
        scheduler.drain()
    }

    /// All that stands in a store under the entity's name.
    private func contents(of store: UnreliableStore<InMemoryStore>) throws -> [String] {
        let (store, id) = (store.base, id)
        return try scheduler.run {
            var rows = try await store.load(id, from: 1, through: .max, fields: .all, into: [String]()) { rows, event in
                let payload = String(decoding: event.payload, as: UTF8.self)
                rows.append("\(event.sequenceNumber) \(event.type) \(event.schemaVersion) \(payload)")
                return .next
            }
            if let snapshot = try await store.latest(of: id, atOrBelow: .max) {
                let known = snapshot.description
                let state = String(decoding: snapshot.state, as: UTF8.self)
                rows.append("\(known.sequenceNumber) \(known.stateType) \(known.schemaVersion) \(state)")
            }
            return rows
        }
    }

    @Test("changes no byte of what is written: events and snapshots are the same under every name")
    func sameBytes() throws {
        let other = UnreliableStore()
        run(try before(), on: store, "tea", "cup", "", "pot")
        run(try after(seeing: Recorder()), on: other, "tea", "cup", "", "pot")
        let written = try contents(of: store)
        #expect(
            written == [
                #"1 ItemAdded 1 {"item":"tea"}"#, #"2 ItemAdded 1 {"item":"cup"}"#, "3 ItemsCleared 1 {}",
                #"4 ItemAdded 1 {"item":"pot"}"#, #"4 Cart 1 {"items":["pot"]}"#,
            ])
        #expect(try contents(of: other) == written)
    }

    @Test("goes on with what was written under the former names, in both directions", arguments: [false, true])
    func goesOn(withSnapshot: Bool) throws {
        let seen = Recorder<[String]>()
        run(try before(), on: store, "tea", "cup")
        if !withSnapshot { store.spoilSnapshot(2) }
        run(try after(seeing: seen), on: store, "pot")
        #expect(seen.values == [["tea", "cup"]])
        run(try before(), on: store, "jug")
        #expect(try contents(of: store).prefix(4).map { $0.prefix(11) } == (1...4).map { "\($0) ItemAdded" })
        #expect(try contents(of: store).last == #"4 Cart 1 {"items":["tea","cup","pot","jug"]}"#)
    }

    @Test("keeps a durable state, where its codec gives it a name")
    func durableState() throws {
        let (scheduler, store, id) = (scheduler, store, id)
        func put<State: Codable & Sendable>(_ empty: State, _ next: @escaping @Sendable (State) -> State) {
            let system = ActorSystem(name: "test", scheduler: scheduler)
            let behavior = DurableStateBehavior<Bool, State>(
                id: id, emptyState: empty, codec: .json("Cart"),
                commandHandler: { _, _, state in .persist(next(state)) }
            ).withDurableStateStore(store)
            system.spawn(behavior.behavior).tell(true)
            scheduler.drain()
        }
        put(Before.Basket()) { Before.Basket(items: $0.items + ["tea"]) }
        put(Cart()) { Cart(items: $0.items + ["cup"]) }
        let stored = try #require(try scheduler.run { try await store.base.get(id) })
        #expect(stored.description.revision == 2)
        #expect(stored.description.stateType == "Cart")
        #expect(String(decoding: stored.state, as: UTF8.self) == #"{"items":["tea","cup"]}"#)
    }
}
