import EventSourcing

/// A sample account while it grows: opened, filled and emptied, and perhaps closed at last.
struct AccountStory: SampleStory {
    private(set) var state = AccountState()
    /// Whether the last event closes it.
    let closes: Bool
    let registry: EventRegistry<AccountEvent>
    let snapshots: SnapshotCodec<AccountState>

    private static let owners = [
        "Ada Lovelace", "Grace Hopper", "Barbara Liskov", "Radia Perlman", "Frances Allen", "Zoë Brändli",
    ]
    /// Above this an account is emptied rather than filled, in cents.
    private static let muchMoney = 500_000

    init(closes: Bool, registry: EventRegistry<AccountEvent>, snapshots: SnapshotCodec<AccountState>) {
        self.closes = closes
        self.registry = registry
        self.snapshots = snapshots
    }

    mutating func nextEvent(
        of id: PersistenceID, at number: Int64, left: Int64, random: inout SeededRandom
    ) throws -> (type: String, version: Int, payload: [UInt8]) {
        let events = try Account.decide(nextRequest(left: left, random: &random), on: state).get()
        guard let event = events.first else { throw Refusal(stringLiteral: "nothing came of the request") }
        try state.apply(event)
        return try registry.encode(event)
    }

    func snapshot() throws -> (stateType: String, state: [UInt8]) {
        (snapshots.stateType, try snapshots.encode(state))
    }

    private func nextRequest(left: Int64, random: inout SeededRandom) -> Account.Request {
        if state.status == .new { return .open(owner: Self.owners.pick(&random)) }
        if closes, left == 1, state.balance == 0 { return .close }
        if closes, left == 2, state.balance > 0 { return .withdraw(amount: state.balance) }
        let amount = Int.random(in: 1...400, using: &random) * 25
        let empties = state.balance > Self.muchMoney || Int.random(in: 0..<3, using: &random) == 0
        guard empties, state.balance > 0 else { return .deposit(amount: amount) }
        return .withdraw(amount: min(state.balance, state.balance > Self.muchMoney ? amount * 20 : amount))
    }
}
