import Actors
import EventSourcing
import EventSourcingTestKit
import Reactions
import SQLiteStorage
import Testing

/// Adds up, with a snapshot of every third event.
struct Tally: Aggregate, Codable, Equatable {
    struct Added: Codable, Hashable { var amount: Int }
    /// Nothing can be made of it.
    struct Spoiled: Codable, Hashable {}

    /// Adds each of the amounts, with an event for each.
    struct Add: Action {
        typealias State = Tally
        var amounts: [Int]

        init(_ amounts: Int...) { self.amounts = amounts }
    }

    /// Comes to one good event, and to one that can't be folded.
    struct Spoil: Action {
        typealias State = Tally
    }

    /// Is refused in every state.
    struct Refuse: Action {
        typealias State = Tally
    }

    /// Comes to an event that is another aggregate's.
    struct Stray: Action {
        typealias State = Tally
    }

    /// Is not declared.
    struct Forgotten: Action {
        typealias State = Tally
    }

    static let entityType = "Tally"
    static var snapshots: AggregateSnapshots<Tally> { .every(3, as: .json()) }
    var sum = 0

    static var parts: [AggregatePart<Tally>] {
        Emits(Added.self) { tally, added in tally.sum += added.amount }
        Emits(Spoiled.self) { _, _ in throw NotToday() }
        Accepts(Add.self) { add, _ in add.amounts.map(Added.init(amount:)) }
        Accepts(Spoil.self) { _, _ in [Added(amount: 1), Spoiled()] }
        Accepts(Refuse.self) { _, tally in throw NotToday(description: "not at \(tally.sum)") }
        Accepts(Stray.self) { _, _ in [Counter.Reset()] }
    }
}

/// What can be told a store that fails, whatever lies beneath.
protocol Unreliable: AnyObject, Sendable {
    func failAppend(_ number: Int, with fault: WriteFault)
    func failSnapshot(_ number: Int, with reason: StoreError.Reason)
    func spoilEvent(_ number: Int64, as fault: EventFault?)
    var appendCount: Int { get }
    var recoveryCount: Int { get }
}

extension UnreliableStore: Unreliable {}

/// A store that fails where a test says so, and all that an application asks of it.
typealias UnreliableReactionStore = Unreliable & ReactionStore & SnapshotStore & CommandStore

extension ReactionStage {
    /// The store, through one that fails where a test says so.
    func unreliable() throws -> any UnreliableReactionStore {
        if let file = store as? SQLiteStore { return UnreliableStore(over: file) }
        return UnreliableStore(over: try memory)
    }
}
