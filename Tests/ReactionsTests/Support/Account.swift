import EventSourcing
import Reactions

/// Counts, and has snapshots that are taken only when somebody asks.
struct Account: Aggregate, Codable, Equatable {
    struct Added: Codable, Hashable { var amount: Int }

    struct Add: Action {
        typealias State = Account
        var amount = 1
    }

    static let entityType = "Account"
    static let snapshots = AggregateSnapshots<Account>.every(1_000_000, as: .json("Account"))
    var sum = 0

    static var parts: [AggregatePart<Account>] {
        Emits(Added.self) { tally, added in tally.sum += added.amount }
        Accepts(Add.self) { add, _ in [Added(amount: add.amount)] }
    }
}
