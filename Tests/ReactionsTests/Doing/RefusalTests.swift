import EventSourcing
import Reactions
import Testing

/// Notes which invariants are asked.
private struct Guarded: Aggregate {
    static let entityType = "Guarded"
    static let asked = Record()
    static var parts: [AggregatePart<Guarded>] {
        Emits(Counter.Reset.self) { _, _ in }
        Accepts(
            Act.self, given: Invariant("c") { _, act in Guarded.ask("c", act.failing) },
            Invariant("d") { _, act in Guarded.ask("d", act.failing) }
        ) { _, _ in
            asked.add("decide")
            return [Counter.Reset()]
        }
        Invariant("a") { _ in Guarded.ask("a", nil) }
        Invariant("b") { _ in Guarded.ask("b", nil) }
    }

    static func ask(_ name: String, _ failing: String?) -> Bool {
        asked.add(name)
        return name != failing
    }

    struct Act: Action {
        typealias State = Guarded
        var failing: String?
    }
}

@Suite("Actions are refused")
struct RefusalTests {
    /// What an action was refused with, where that was before anything was written.
    private func refusal<Done: Action>(
        of action: Done, on id: PersistenceID, expecting: Int64? = nil, kind: StoreKind
    ) async throws -> String {
        let stage = try ReactionStage(kind)
        return try await stage.application {
            Counter.self
            Tally.self
        } do: { app async throws in
            let error = await #expect(throws: (any Error).self) {
                try await app.do(action, on: id, expecting: expecting)
            }
            let events = try await stage.store.recorded()
            #expect(events.isEmpty)
            return error.map { "\($0)" } ?? ""
        }
    }

    @Test("an action of an aggregate that is not declared", arguments: StoreKind.allCases)
    func aggregate(_ kind: StoreKind) async throws {
        let said = try await refusal(of: Journal.Note(text: "a"), on: Journal.id("j-1"), kind: kind)
        #expect(said == "Note can't be done: the application does not declare Journal; name it among its parts")
    }

    @Test("an action that its aggregate does not accept", arguments: StoreKind.allCases)
    func action(_ kind: StoreKind) async throws {
        let said = try await refusal(of: Tally.Forgotten(), on: Tally.id("t-1"), kind: kind)
        #expect(said == "Tally does not accept Forgotten; declare it with Accepts(Forgotten.self)")
    }

    @Test("an event that its aggregate does not emit", arguments: StoreKind.allCases)
    func event(_ kind: StoreKind) async throws {
        let said = try await refusal(of: Tally.Stray(), on: Tally.id("t-1"), kind: kind)
        #expect(said == "Stray came to Reset, which Tally does not emit; declare it with Emits(Reset.self)")
    }

    @Test("an action on a stream of another aggregate", arguments: StoreKind.allCases)
    func stream(_ kind: StoreKind) async throws {
        let said = try await refusal(of: Tally.Add(1), on: Counter.id("c-1"), kind: kind)
        #expect(said == "Add is done to streams of Tally, and Counter|c-1 is none")
    }

    @Test("an action that is not valid, before anything is read", arguments: StoreKind.allCases)
    func invalid(_ kind: StoreKind) async throws {
        let said = try await refusal(of: Counter.Decrement(amount: -1), on: Counter.id("c-1"), kind: kind)
        #expect(said == "Decrement is not valid: an amount is 0 or more")
        let stage = try ReactionStage(kind)
        let store = try stage.unreliable()
        try await stage.application(on: store) {
            Counter.self
        } do: { app async throws in
            await #expect(throws: ActionError.self) {
                try await app.do(Counter.Decrement(amount: -1), on: Counter.id("c-1"))
            }
            #expect(store.recoveryCount == 0)
        }
    }

    @Test("a stream that is expected below zero", arguments: StoreKind.allCases)
    func number(_ kind: StoreKind) async throws {
        let said = try await refusal(of: Tally.Add(1), on: Tally.id("t-1"), expecting: -1, kind: kind)
        #expect(said == "a stream is expected at 0, which is a new one, or above, and not at -1")
    }

    @Test("what the decision itself throws reaches the caller as it is", arguments: StoreKind.allCases)
    func own(_ kind: StoreKind) async throws {
        let stage = try ReactionStage(kind)
        try await stage.application {
            Tally.self
        } do: { app async throws in
            try await app.do(Tally.Add(4), on: Tally.id("t-1"))
            let error = await #expect(throws: NotToday.self) { try await app.do(Tally.Refuse(), on: Tally.id("t-1")) }
            #expect(error?.description == "not at 4")
            #expect(try await stage.store.head(of: Tally.id("t-1"))?.sequenceNumber == 1)
        }
    }

    @Test("events of which one can't be folded: none is written", arguments: StoreKind.allCases)
    func fold(_ kind: StoreKind) async throws {
        let said = try await refusal(of: Tally.Spoil(), on: Tally.id("t-1"), kind: kind)
        #expect(said == "not today")
    }

    @Test("an invariant that does not hold: the aggregate's come first, in order, then the action's")
    func invariants() async throws {
        let app = try Application(settings: ApplicationSettings(isSelfDriving: false)) { Guarded.self }
        let id = try Guarded.id("g-1")
        let error = await #expect(throws: InvariantError.self) { try await app.do(Guarded.Act(failing: "c"), on: id) }
        #expect(error?.invariant == "c" && error?.action == "Act" && error?.stream == id)
        #expect(Guarded.asked.words == ["a", "b", "c"])
        Guarded.asked.clear()
        try await app.do(Guarded.Act(), on: id)
        #expect(Guarded.asked.words == ["a", "b", "c", "d", "decide"])
        await app.shutdown()
    }
}
