import EventSourcing
import Reactions

/// Counts, and has snapshots that are taken only when somebody asks.
struct Total: Aggregate, Codable, Equatable {
    struct Added: Codable, Hashable { var amount: Int }

    struct Add: Action {
        typealias State = Total
        var amount = 1
    }

    static let entityType = "Total"
    static let snapshots = AggregateSnapshots<Total>.every(1_000_000, as: .json("Total"))
    var sum = 0

    static var parts: [AggregatePart<Total>] {
        Emits(Added.self) { tally, added in tally.sum += added.amount }
        Accepts(Add.self) { add, _ in [Added(amount: add.amount)] }
    }
}
