import Actors
import EventSourcing

/// What operations are drawn from: random numbers, a few names that are easily confused, and what was answered before.
struct RandomWorld: Sendable {
    /// The ports whose operations are drawn; what goes with an append is drawn for no other.
    private let abilities: Set<StoreAbility>
    private var random: SplitMix
    /// It mostly goes on, and sometimes goes back.
    private var second: Int64 = 0
    /// Where each stream and durable state was seen last.
    var numbers: [PersistenceID: Int64] = [:]
    var revisions: [PersistenceID: Int64] = [:]
    var leases: [Lease] = []
    var claims: [SubscriptionClaim] = []
    var claimedTimers: [StoredTimer] = []
    var claimedEntries: [OutboxEntry] = []
    var letters: [StoredDeadLetter] = []
    var positions: [Projection: Int64] = [:]
    /// By the bytes of their names.
    var checkpoints: [[UInt8]: Int64] = [:]
    /// The position of the last event that was appended.
    var lastPosition: Int64 = 0

    /// Names that differ in case, in spelling, by a NUL, by a pipe, or in the order of type and name.
    static let ids: [PersistenceID] = [
        "Order|a", "Order|A", "Order|é", "Order|e\u{301}", "Order|a\u{0}", "Order|a|b", "Ord|x",
    ]
    .compactMap { try? PersistenceID(parsing: $0) }
    static let names = ["a", "A", "é", "e\u{301}", "a\u{0}"]
    static let writers = (1...3).map { WriterID.number($0) }
    static let commandIDs = (1...12).map { ULID.number($0) }

    init(seed: UInt64, for abilities: Set<StoreAbility>) {
        random = SplitMix(seed: seed)
        self.abilities = abilities
    }

    func has(_ ability: StoreAbility) -> Bool { abilities.contains(ability) }

    // MARK: Drawing

    /// A whole number of a range.
    mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

    /// True once in so many times.
    mutating func once(in count: Int) -> Bool { number(1...count) == 1 }

    /// One of several; there must be one.
    mutating func pick<Element>(_ elements: [Element]) -> Element { elements[number(0...elements.count - 1)] }

    mutating func pick(_ ports: [RandomPort]) -> RandomPort {
        var left = number(1...ports.reduce(0) { $0 + $1.weight })
        for port in ports {
            left -= port.weight
            if left <= 0 { return port }
        }
        return ports[0]
    }

    mutating func id() -> PersistenceID { pick(Self.ids) }

    mutating func writer() -> WriterID { pick(Self.writers) }

    /// The present moment.
    mutating func now() -> Timestamp {
        // Slowly, so that much is done within the term of a lease, and some of it after.
        if once(in: 5) { second += once(in: 10) ? -3 : Int64(number(0...4)) }
        return .second(second)
    }

    /// A few bytes, a NUL among them at times.
    mutating func bytes() -> [UInt8] { (0..<number(0...12)).map { _ in UInt8(number(0...255)) } }
}
