public import Reactions

extension Fulfilment {
    /// What a customer wants, and what has become of it.
    public struct Sale: Aggregate, Codable, Hashable {
        /// Where it stands.
        public enum Status: String, Codable, Sendable {
            case new, placed, completed, cancelled
        }

        public static let entityType = "Sale"
        /// Where it stands.
        public var status = Status.new
        /// The article, by which its stock is found.
        public var item = ""
        /// How many.
        public var quantity = 0
        /// What is to be paid, in cents.
        public var amount = 0
        /// Why it was cancelled; nil where it was not.
        public var reason: String?

        public init() {}

        public static var parts: [AggregatePart<Sale>] {
            Emits(Placed.self, as: "SalePlaced") { sale, placed in
                (sale.status, sale.item, sale.quantity) = (.placed, placed.item, placed.quantity)
                sale.amount = placed.amount
            }
            Emits(Completed.self, as: "SaleCompleted") { sale, _ in sale.status = .completed }
            Emits(Cancelled.self, as: "SaleCancelled") { sale, cancelled in
                (sale.status, sale.reason) = (.cancelled, cancelled.reason)
            }
            Accepts(Place.self, given: Invariant("is new") { sale, _ in sale.status == .new }) { place, _ in
                [Placed(item: place.item, quantity: place.quantity, amount: place.amount)]
            }
            Accepts(Complete.self, given: Invariant("is placed") { sale, _ in sale.status == .placed }) { _, _ in
                [Completed()]
            }
            // Cancelling what is cancelled comes to nothing.
            Accepts(Cancel.self, given: Invariant("is not completed") { sale, _ in sale.status != .completed }) {
                cancel, sale in sale.status == .placed ? [Cancelled(reason: cancel.reason)] : []
            }
        }
    }
}

extension Fulfilment.Sale {
    /// It was placed.
    public struct Placed: Codable, Hashable, Sendable {
        public var item: String
        public var quantity: Int
        public var amount: Int
    }

    /// It was paid and shipped.
    public struct Completed: Codable, Hashable, Sendable {}

    /// It will never be.
    public struct Cancelled: Codable, Hashable, Sendable {
        public var reason: String
    }

    /// Places it.
    public struct Place: Action {
        public typealias State = Fulfilment.Sale
        public var item: String
        public var quantity: Int
        public var amount: Int

        /// Describes what is wanted.
        public init(item: String, quantity: Int, amount: Int) {
            self.item = item
            self.quantity = quantity
            self.amount = amount
        }

        public func validate() throws {
            if item.isEmpty { throw Refusal("an item is named") }
            if quantity < 1 { throw Refusal("a quantity is 1 or more, and not \(quantity)") }
            if amount < 0 { throw Refusal("an amount is 0 or more, and not \(amount)") }
        }
    }

    /// Says that it is done.
    public struct Complete: Action {
        public typealias State = Fulfilment.Sale
        public init() {}
    }

    /// Calls it off.
    public struct Cancel: Action {
        public typealias State = Fulfilment.Sale
        public var reason: String

        /// Describes why.
        public init(reason: String) { self.reason = reason }
    }
}
