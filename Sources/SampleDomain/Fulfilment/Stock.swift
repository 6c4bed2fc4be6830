public import Reactions

extension Fulfilment {
    /// How many of one article there are, and for which sales some of them are kept.
    public struct Stock: Aggregate, Codable, Hashable {
        public static let entityType = "Stock"
        /// How many nobody has asked for.
        public var available = 0
        /// How many are kept for each sale.
        public var reserved: [String: Int] = [:]

        public init() {}

        public static var parts: [AggregatePart<Stock>] {
            Emits(Received.self, as: "StockReceived") { stock, received in stock.available += received.quantity }
            Emits(Reserved.self, as: "StockReserved") { stock, reserved in
                stock.available -= reserved.quantity
                stock.reserved[reserved.sale] = reserved.quantity
            }
            Emits(Refused.self, as: "StockRefused") { _, _ in }
            Emits(Released.self, as: "StockReleased") { stock, released in
                stock.available += released.quantity
                stock.reserved[released.sale] = nil
            }
            Accepts(Receive.self) { receive, _ in [Received(quantity: receive.quantity)] }
            Accepts(Reserve.self) { reserve, stock in
                if reserve.quantity > stock.available {
                    [Refused(sale: reserve.sale, quantity: reserve.quantity, available: stock.available)]
                } else {
                    [Reserved(sale: reserve.sale, quantity: reserve.quantity)]
                }
            }
            // What is kept for nobody is not given back.
            Accepts(Release.self) { release, stock in
                stock.reserved[release.sale].map { [Released(sale: release.sale, quantity: $0)] } ?? []
            }
        }
    }
}

extension Fulfilment.Stock {
    /// More of it came.
    public struct Received: Codable, Hashable, Sendable {
        public var quantity: Int
    }

    /// Some are kept for a sale.
    public struct Reserved: Codable, Hashable, Sendable {
        public var sale: String
        public var quantity: Int
    }

    /// There were not enough for a sale.
    public struct Refused: Codable, Hashable, Sendable {
        public var sale: String
        public var quantity: Int
        public var available: Int
    }

    /// What was kept for a sale is not any more.
    public struct Released: Codable, Hashable, Sendable {
        public var sale: String
        public var quantity: Int
    }

    /// Takes more in.
    public struct Receive: Action {
        public typealias State = Fulfilment.Stock
        public var quantity: Int

        /// Describes how many.
        public init(quantity: Int) { self.quantity = quantity }

        public func validate() throws {
            if quantity < 1 { throw Refusal("a quantity is 1 or more, and not \(quantity)") }
        }
    }

    /// Keeps some for a sale, or says that there are not enough.
    public struct Reserve: Action {
        public typealias State = Fulfilment.Stock
        public var sale: String
        public var quantity: Int

        /// Describes how many, and for which sale.
        public init(sale: String, quantity: Int) {
            self.sale = sale
            self.quantity = quantity
        }

        public func validate() throws {
            if quantity < 1 { throw Refusal("a quantity is 1 or more, and not \(quantity)") }
        }
    }

    /// Keeps what was kept for a sale no longer.
    public struct Release: Action {
        public typealias State = Fulfilment.Stock
        public var sale: String

        /// Describes for which sale.
        public init(sale: String) { self.sale = sale }
    }
}
