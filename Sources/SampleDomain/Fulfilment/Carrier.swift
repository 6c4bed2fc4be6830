public import Reactions

extension Fulfilment {
    /// Who carries parcels; while it is on strike nothing can be shipped with it.
    public struct Carrier: Aggregate, Codable, Hashable {
        public static let entityType = "Carrier"
        /// Whether it carries nothing now.
        public var isOnStrike = false

        public init() {}

        /// Who carries an article: what is heavy goes by rail.
        public static func name(for item: String) -> String { item == "anvil" ? "rail" : "post" }

        public static var parts: [AggregatePart<Carrier>] {
            Emits(StrikeBegan.self, as: "StrikeBegan") { carrier, _ in carrier.isOnStrike = true }
            Emits(StrikeEnded.self, as: "StrikeEnded") { carrier, _ in carrier.isOnStrike = false }
            Accepts(Strike.self) { _, carrier in carrier.isOnStrike ? [] : [StrikeBegan()] }
            Accepts(Resume.self) { _, carrier in carrier.isOnStrike ? [StrikeEnded()] : [] }
        }
    }

    /// Nothing can be shipped with a carrier now.
    struct CarrierOnStrike: Error, CustomStringConvertible {
        let carrier: String

        var description: String { "Carrier|\(carrier) is on strike" }
    }
}

extension Fulfilment.Carrier {
    /// It carries nothing any more.
    public struct StrikeBegan: Codable, Hashable, Sendable {}

    /// It carries again.
    public struct StrikeEnded: Codable, Hashable, Sendable {}

    /// Has it carry nothing.
    public struct Strike: Action {
        public typealias State = Fulfilment.Carrier
        public init() {}
    }

    /// Has it carry again.
    public struct Resume: Action {
        public typealias State = Fulfilment.Carrier
        public init() {}
    }
}
