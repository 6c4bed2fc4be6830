import EventSourcing
import Reactions

/// What the acceptance cases count with.
struct Counter: Aggregate, Equatable {
    struct Incremented: Codable, Hashable { var amount: Int }
    struct Decremented: Codable, Hashable { var amount: Int }
    struct Reset: Codable, Hashable {}

    struct Increment: Action {
        typealias State = Counter
        var amount = 1
    }

    /// Takes away, in steps of one: as many events as the amount.
    struct Decrement: Action {
        typealias State = Counter
        var amount = 1

        func validate() throws {
            if amount < 0 { throw NegativeAmount() }
        }
    }

    /// Comes to nothing.
    struct Look: Action {
        typealias State = Counter
    }

    struct NegativeAmount: Error, CustomStringConvertible {
        var description: String { "an amount is 0 or more" }
    }

    static let entityType = "Counter"
    var count = 0

    static var parts: [AggregatePart<Counter>] {
        Emits(Incremented.self) { counter, event in counter.count += event.amount }
        Emits(Decremented.self) { counter, event in counter.count -= event.amount }
        Emits(Reset.self) { counter, _ in counter.count = 0 }
        Accepts(Increment.self) { action, _ in [Incremented(amount: action.amount)] }
        Accepts(
            Decrement.self, given: Invariant("has enough") { counter, action in counter.count >= action.amount }
        ) { action, _ in (0..<action.amount).map { _ in Decremented(amount: 1) } }
        Accepts(Look.self) { _, _ in [] }
        Invariant("is not above a million") { counter in counter.count <= 1_000_000 }
    }
}

/// Takes note of what reactions were called for.
struct Journal: Aggregate, Equatable {
    struct Noted: Codable, Hashable { var text: String }

    struct Note: Action {
        typealias State = Journal
        var text: String
    }

    static let entityType = "Journal"
    var notes: [String] = []

    static var parts: [AggregatePart<Journal>] {
        Emits(Noted.self) { journal, noted in journal.notes.append(noted.text) }
        Accepts(Note.self) { note, _ in [Noted(text: note.text)] }
    }
}
