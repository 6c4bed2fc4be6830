public import Reactions

extension Fulfilment {
    /// What is to be paid for a sale, under the sale's own id.
    public struct Charge: Aggregate, Codable, Hashable {
        public static let entityType = "Charge"
        /// What was taken, in cents; nil where nothing was.
        public var taken: Int?
        /// Why it was declined; nil where it was not.
        public var reason: String?

        /// The most that is taken at once, in cents.
        public static let limit = 50_000

        public init() {}

        public static var parts: [AggregatePart<Charge>] {
            Emits(Taken.self, as: "PaymentTaken") { charge, taken in charge.taken = taken.amount }
            Emits(Declined.self, as: "PaymentDeclined") { charge, declined in charge.reason = declined.reason }
            Accepts(Take.self, given: Invariant("is not decided") { charge, _ in charge.taken == nil }) { take, _ in
                if take.amount > limit {
                    [Declined(amount: take.amount, item: take.item, reason: "above the card's limit of \(limit)")]
                } else {
                    [Taken(amount: take.amount)]
                }
            }
        }
    }

    /// What is sent out for a sale, under the sale's own id.
    public struct Shipment: Aggregate, Codable, Hashable {
        public static let entityType = "Shipment"
        /// Who carries it; nil before it is sent.
        public var carrier: String?

        public init() {}

        public static var parts: [AggregatePart<Shipment>] {
            Emits(Sent.self, as: "ShipmentSent") { shipment, sent in shipment.carrier = sent.carrier }
            Accepts(Send.self, given: Invariant("is not sent") { shipment, _ in shipment.carrier == nil }) { send, _ in
                [Sent(carrier: send.carrier)]
            }
        }
    }
}

extension Fulfilment.Charge {
    /// The money came.
    public struct Taken: Codable, Hashable, Sendable {
        public var amount: Int
    }

    /// It did not.
    public struct Declined: Codable, Hashable, Sendable {
        public var amount: Int
        public var item: String
        public var reason: String
    }

    /// Asks for the money.
    public struct Take: Action {
        public typealias State = Fulfilment.Charge
        public var amount: Int
        public var item: String

        /// Describes how much, and for which article.
        public init(amount: Int, item: String) {
            self.amount = amount
            self.item = item
        }
    }
}

extension Fulfilment.Shipment {
    /// It is on its way.
    public struct Sent: Codable, Hashable, Sendable {
        public var carrier: String
    }

    /// Sends it out.
    public struct Send: Action {
        public typealias State = Fulfilment.Shipment
        public var carrier: String

        /// Describes who carries it.
        public init(carrier: String) { self.carrier = carrier }
    }
}
