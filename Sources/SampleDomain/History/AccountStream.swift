import Actors
import EventSourcing

/// A sample account while it grows: opened, then filled and emptied.
struct AccountStream: Sendable {
    var progress: StreamProgress
    private(set) var state = AccountState()
    private let registry: EventRegistry<AccountEvent>

    private static let owners = ["Ada", "Grace", "Barbara", "Radia", "Frances"]

    init(_ id: PersistenceID, length: Int) throws {
        progress = StreamProgress(id: id, length: Int64(length))
        registry = try AccountEvent.registry()
    }

    mutating func nextEvent(at time: Timestamp, random: inout SeededRandom) throws -> ImportedEvent {
        let event = nextEvent(random: &random)
        state.apply(event)
        return progress.next(try registry.encode(event), at: time)
    }

    private func nextEvent(random: inout SeededRandom) -> AccountEvent {
        if state.status == .new {
            return .opened(AccountOpened(owner: Self.owners[Int.random(in: 0..<Self.owners.count, using: &random)]))
        }
        let amount = Int.random(in: 1...400, using: &random) * 25
        let request: Account.Request =
            Int.random(in: 0..<3, using: &random) == 0 ? .withdraw(amount: amount) : .deposit(amount: amount)
        if case .success(let events) = Account.decide(request, on: state), let event = events.first { return event }
        return .deposited(MoneyDeposited(amount: amount))
    }
}
