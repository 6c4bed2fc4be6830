import EventSourcing
import Reactions

/// Counts, and has snapshots that are taken only when somebody asks.
struct Tally: Aggregate, Codable, Equatable {
    struct Added: Codable, Hashable { var amount: Int }

    struct Add: Action {
        typealias State = Tally
        var amount = 1
    }

    static let entityType = "Tally"
    static let snapshots = AggregateSnapshots<Tally>.every(1_000_000, as: .json("Tally"))
    var sum = 0

    static var parts: [AggregatePart<Tally>] {
        Emits(Added.self) { tally, added in tally.sum += added.amount }
        Accepts(Add.self) { add, _ in [Added(amount: add.amount)] }
    }
}
