import EventSourcing

/// An order of a shop: placed, filled, paid, shipped, or cancelled on the way.
public enum Order {
    /// What can be asked of an order.
    public enum Request: Hashable, Sendable {
        case place(customer: String, city: String)
        case addItem(sku: String, quantity: Int, price: Int?)
        case removeItem(sku: String)
        case pay(method: String)
        case ship(carrier: String)
        case cancel(reason: String)
    }

    /// The most pieces of one article that an order takes.
    static let mostPieces = 99

    /// What the shop has, with cents for one piece.
    static let articles: [(sku: String, price: Int)] = [
        ("tea", 450), ("coffee", 720), ("cocoa", 640), ("sugar", 190), ("honey", 980), ("cups-6", 2_400),
        ("kettle", 5_900), ("filter", 350), ("SKU-104", 1_250), ("SKU-220", 3_480), ("SKU-377", 8_995),
    ]

    /// Cents for one piece of an article that came without a price; the same for the same article.
    static func listPrice(of sku: String) -> Int {
        articles.first { $0.sku == sku }?.price ?? 100 + sku.utf8.reduce(0) { ($0 * 31 + Int($1)) % 4_900 }
    }

    /// The number under which the carrier finds the parcel.
    static func tracking(of id: PersistenceID, at number: Int64) -> String { "\(id.entityID)-\(number)" }

    /// Decides what a request does, or says why it is refused.
    static func decide(_ request: Request, on order: OrderState, tracking: String) -> Result<[OrderEvent], Refusal> {
        switch (request, order.status) {
        case (.place(let customer, let city), .new):
            if customer.isEmpty { return .failure("an order needs a customer") }
            return .success([.placed(OrderPlaced(customer: customer, city: city))])
        case (.place, _): return .failure("the order is placed already")
        case (_, .new): return .failure("there is no order yet; place one")
        case (_, .cancelled): return .failure("the order is cancelled")
        case (_, .shipped): return .failure("the order is shipped already")
        case (.addItem(let sku, let quantity, let price), .open):
            return add(sku, quantity, at: price ?? listPrice(of: sku), to: order)
        case (.removeItem(let sku), .open):
            if !order.items.contains(where: { $0.sku == sku }) { return .failure("there is no \(sku) in the order") }
            return .success([.itemRemoved(ItemRemoved(sku: sku))])
        case (.addItem, .paid), (.removeItem, .paid): return .failure("the order is paid; its items are fixed")
        case (.pay(let method), .open):
            if order.items.isEmpty { return .failure("the order has no items to pay") }
            return .success([.paid(OrderPaid(amount: order.total, method: method))])
        case (.pay, .paid): return .failure("the order is paid already")
        case (.ship(let carrier), .paid):
            return .success([.shipped(OrderShipped(carrier: carrier, tracking: tracking))])
        case (.ship, .open): return .failure("the order is not paid yet")
        case (.cancel(let reason), .open), (.cancel(let reason), .paid):
            if reason.isEmpty { return .failure("a cancellation needs a reason") }
            return .success([.cancelled(OrderCancelled(reason: reason))])
        }
    }

    private static func add(
        _ sku: String, _ quantity: Int, at price: Int, to order: OrderState
    ) -> Result<[OrderEvent], Refusal> {
        if sku.isEmpty { return .failure("an item needs a sku") }
        if quantity < 1 { return .failure("at least 1 piece can be added, and \(quantity) were asked for") }
        if !(0...1_000_000).contains(price) { return .failure("a price is from 0 to 1000000 cents") }
        let present = order.items.first { $0.sku == sku }?.qty ?? 0
        if quantity > mostPieces || present > mostPieces - quantity {
            return .failure("at most \(mostPieces) pieces of \(sku) fit, and \(present) are there")
        }
        return .success([.itemAdded(ItemAdded(sku: sku, qty: quantity, price: price))])
    }
}
