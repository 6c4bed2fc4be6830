import EventSourcing

enum CartEvent: Sendable {
    case itemAdded(ItemAdded)
    case cleared(Cleared)

    struct ItemAdded: Codable, Sendable { var sku: String }
    struct Cleared: Codable, Sendable {}
}

enum CartCommand: Sendable {
    case add(String, replyTo: ActorRef<[String]>)
    case clear
}

let cart = try EventSourcedBehavior<CartCommand, CartEvent, [String]>(
    id: PersistenceID("Cart", "cart-1"), emptyState: [],
    events: EventRegistry(
        EventType("ItemAdded", embed: CartEvent.itemAdded) { if case .itemAdded(let it) = $0 { it } else { nil } },
        EventType("Cleared", embed: CartEvent.cleared) { if case .cleared(let it) = $0 { it } else { nil } }),
    commandHandler: { _, command, items in
        switch command {
        case .add(let sku, let replyTo): .persist(.itemAdded(.init(sku: sku))).thenReply(to: replyTo) { $0 }
        case .clear: items.isEmpty ? .none : .persist(.cleared(.init()))
        }
    },
    eventHandler: { items, event in
        switch event {
        case .itemAdded(let event): items.append(event.sku)
        case .cleared: items = []
        }
    }
).withEventStore(InMemoryStore())

for _ in 1...2 {
    // The second system recovers what the first one wrote.
    let system = ActorSystem(name: "shop")
    let ref = system.spawn(cart.behavior, name: "cart-1")
    print(try await ref.ask(timeout: .seconds(5)) { .add("tea", replyTo: $0) })
    await system.shutdown()
}
