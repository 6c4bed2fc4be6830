/// What an order is after its events.
public struct OrderState: Codable, Hashable, Sendable {
    /// How far an order has come.
    public enum Status: String, Codable, Sendable {
        case new, open, paid, shipped, cancelled
    }

    /// One article in an order.
    public struct Item: Codable, Hashable, Sendable {
        public var sku: String
        public var qty: Int
        /// Cents for one piece.
        public var price: Int
    }

    public var status = Status.new
    public var customer: String?
    public var city: String?
    public var items: [Item] = []
    /// Cents.
    public var total = 0
    /// Cents.
    public var paid = 0
    public var tracking: String?
    public var cancelledBecause: String?

    /// Nothing has happened yet.
    public init() {}

    /// Folds one event; throws when its numbers can't be counted with, which the rules never let happen.
    public mutating func apply(_ event: OrderEvent) throws {
        switch event {
        case .placed(let event):
            status = .open
            customer = event.customer
            city = event.city
        case .itemAdded(let event):
            if let index = items.firstIndex(where: { $0.sku == event.sku }) {
                items[index].qty = try items[index].qty.adding(event.qty, as: "quantity")
                items[index].price = event.price
            } else {
                items.append(Item(sku: event.sku, qty: event.qty, price: event.price))
            }
            total = try sum()
        case .itemRemoved(let event):
            items.removeAll { $0.sku == event.sku }
            total = try sum()
        case .paid(let event):
            status = .paid
            paid = try paid.adding(event.amount, as: "paid amount")
        case .shipped(let event):
            status = .shipped
            tracking = event.tracking
        case .cancelled(let event):
            status = .cancelled
            cancelledBecause = event.reason
        }
    }

    private func sum() throws -> Int {
        try items.reduce(0) { try $0.adding($1.qty.times($1.price, as: "total"), as: "total") }
    }
}

extension OrderState {
    private enum CodingKeys: String, CodingKey {
        case status, customer, city, items, total, paid, tracking, cancelledBecause
    }

    /// Writes every field, also those that are nil, so that a reader sees what may come.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(status, forKey: .status)
        try container.encode(customer, forKey: .customer)
        try container.encode(city, forKey: .city)
        try container.encode(items, forKey: .items)
        try container.encode(total, forKey: .total)
        try container.encode(paid, forKey: .paid)
        try container.encode(tracking, forKey: .tracking)
        try container.encode(cancelledBecause, forKey: .cancelledBecause)
    }
}
