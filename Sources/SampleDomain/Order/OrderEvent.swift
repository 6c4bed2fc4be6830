public import EventSourcing

/// What can happen to an order.
public enum OrderEvent: Hashable, Sendable {
    case placed(OrderPlaced)
    case itemAdded(ItemAdded)
    case itemRemoved(ItemRemoved)
    case paid(OrderPaid)
    case shipped(OrderShipped)
    case cancelled(OrderCancelled)

    /// The order's event types under their logical names.
    public static func registry() throws(EventRegistryError) -> EventRegistry<OrderEvent> {
        try EventRegistry(
            EventType("OrderPlaced", embed: OrderEvent.placed) { if case .placed(let it) = $0 { it } else { nil } },
            EventType("ItemAdded", embed: OrderEvent.itemAdded) {
                if case .itemAdded(let it) = $0 { it } else { nil }
            },
            EventType("ItemRemoved", embed: OrderEvent.itemRemoved) {
                if case .itemRemoved(let it) = $0 { it } else { nil }
            },
            EventType("OrderPaid", embed: OrderEvent.paid) { if case .paid(let it) = $0 { it } else { nil } },
            EventType("OrderShipped", embed: OrderEvent.shipped) { if case .shipped(let it) = $0 { it } else { nil } },
            EventType("OrderCancelled", embed: OrderEvent.cancelled) {
                if case .cancelled(let it) = $0 { it } else { nil }
            })
    }
}

/// A customer began an order.
public struct OrderPlaced: Codable, Hashable, Sendable {
    public var customer: String
    public var city: String
}

/// Some pieces of an article were put into the order; prices are in cents, as money is counted.
public struct ItemAdded: Codable, Hashable, Sendable {
    public var sku: String
    public var qty: Int
    public var price: Int
}

/// An article was taken out of the order.
public struct ItemRemoved: Codable, Hashable, Sendable {
    public var sku: String
}

/// The whole total was paid, in cents.
public struct OrderPaid: Codable, Hashable, Sendable {
    public var amount: Int
    public var method: String
}

/// The order left the house.
public struct OrderShipped: Codable, Hashable, Sendable {
    public var carrier: String
    public var tracking: String
}

/// The order was called off.
public struct OrderCancelled: Codable, Hashable, Sendable {
    public var reason: String
}
