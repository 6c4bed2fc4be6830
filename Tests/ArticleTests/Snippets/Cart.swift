import EventSourcing

// snippet
enum CartEvent: Hashable, Sendable {
    case itemAdded(ItemAdded)
    case checkedOut(CheckedOut)

    struct ItemAdded: Codable, Hashable, Sendable { var sku: String }
    struct CheckedOut: Codable, Hashable, Sendable {}
}

enum CartCommand: Sendable {
    case add(String, replyTo: ActorRef<[String]>)
    case items(replyTo: ActorRef<[String]>)
    case checkOut
}

struct Cart: EventSourcedActor {
    struct State: Codable, Hashable, Sendable {
        var items: [String] = []
        var isOpen = true
    }

    struct Closed: Error {}

    let persistenceID: PersistenceID
    let emptyState = State()

    static var registry: EventRegistry<CartEvent> {
        get throws {
            try EventRegistry(
                EventType("ItemAdded", embed: CartEvent.itemAdded) {
                    if case .itemAdded(let it) = $0 { it } else { nil }
                },
                EventType("CheckedOut", embed: CartEvent.checkedOut) {
                    if case .checkedOut(let it) = $0 { it } else { nil }
                })
        }
    }

    /// Decides; what it returns is carried out by the engine.
    func decide(
        _ context: CommandContext<CartCommand>, _ command: CartCommand, _ cart: State
    ) throws -> Effect<CartEvent, State> {
        switch command {
        case .add(let sku, let replyTo):
            guard cart.isOpen else { throw Closed() }
            return .persist(.itemAdded(.init(sku: sku))).thenReply(to: replyTo) { $0.items }
        case .items(let replyTo): return .reply(to: replyTo, cart.items)
        case .checkOut: return cart.isOpen ? .persist(.checkedOut(.init())).thenStop() : .none
        }
    }

    /// Folds one event: when it is new, and again at each recovery.
    func fold(_ cart: inout State, _ event: CartEvent) {
        switch event {
        case .itemAdded(let event): cart.items.append(event.sku)
        case .checkedOut: cart.isOpen = false
        }
    }
}
// end
