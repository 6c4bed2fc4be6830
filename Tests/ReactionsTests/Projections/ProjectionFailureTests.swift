import Actors
import EventSourcing
import EventSourcingTestKit
import Reactions
import Testing

@Suite("Projections stop at what they can't fold")
struct ProjectionFailureTests {
    struct Refused: Error, CustomStringConvertible {
        let description = "not this one"
    }

    /// The sums of counters; an amount of 13 can't be folded as long as a test says so.
    static func superstitious(_ refuses: Switch, version: Int = 1, window: Int = 1_000) -> Projects<Int> {
        Projects(
            "superstitious", of: Int.self, version: version, window: window,
            backoff: .exponential(base: .seconds(1), cap: .seconds(4))
        ) {
            Folding(Counter.Incremented.self) { event, rows in
                try rows.change("all", from: 0) { $0 += event.amount }
                if event.amount == 13, refuses.isOn { throw Refused() }
            }
        }
    }

    /// How often counters were reset.
    private static var resets: Projects<Int> {
        Projects("resets", of: Int.self) {
            Folding(Counter.Reset.self) { _, rows in try rows.change("all", from: 0) { $0 += 1 } }
        }
    }

    @Test(
        "an event that is damaged or can't be read stops the projection before it, wherever its window begins",
        arguments: StoreKind.allCases, [1, 2, 1_000])
    func damaged(_ kind: StoreKind, window: Int) async throws {
        for (fault, reason) in [
            (EventFault.damaged, "the stored event does not fit its checksum"),
            (.unreadable, "Counter|a #3 at position 3 is damaged"),
        ] {
            let stage = try ReactionStage(kind)
            let store = try stage.unreliable()
            try await stage.increment("a", by: 1, 2, 4, 8)
            store.spoilEvent(3, as: fault)
            try await stage.application(on: store) {
                Counter.self
                Self.superstitious(Switch(false), window: window)
                Self.resets
            } do: { app async throws in
                // One that folds nothing of it is not stopped by what does not fit its checksum.
                let others = fault == .damaged ? 4 : 2
                #expect(try await app.advanceProjections() == 2 + others)
                #expect((app.projectionFailure("resets") == nil) == (fault == .damaged))
                #expect(try await app.projection("superstitious", of: Int.self).get("all") == 3)
                let failure = try #require(app.projectionFailure("superstitious"))
                #expect(failure.position == 3)
                #expect("\(failure.cause)".hasSuffix(reason), "\(failure.cause)")
                store.spoilEvent(3, as: nil)
                stage.clock.advance(by: .seconds(1))
                #expect(try await app.advanceProjections() == 2 + 4 - others)
                #expect(try await app.projection("superstitious", of: Int.self).get("all") == 15)
            }
        }
    }

    @Test(
        "an event that can't be folded stops its projection, told with the event and why; others go on",
        arguments: StoreKind.allCases, [2, 1_000])
    func stops(_ kind: StoreKind, window: Int) async throws {
        let stage = try ReactionStage(kind)
        let refuses = Switch(true)
        try await stage.increment("a", by: 1, 2, 4, 13, 8)
        try await stage.application {
            Counter.self
            Self.superstitious(refuses, window: window)
            ProjectionTests.totals()
        } do: { app async throws in
            let events = app.lifecycle()
            var told = events.makeAsyncIterator()
            #expect(try await app.advanceProjections() == 3 + 5)
            let view = try app.projection("superstitious", of: Int.self)
            // What it did before it threw is not in the rows.
            #expect(try await view.get("all") == 7)
            #expect(try await stage.store.versions(of: "superstitious").map(\.position) == [3])
            #expect(try await app.projection("totals", of: Total.self).get("a")?.sum == 28)
            let failure = try #require(app.projectionFailure("superstitious"))
            #expect(failure.stream == (try Counter.id("a")) && failure.sequenceNumber == 4 && failure.position == 4)
            #expect(failure.type == "Incremented" && failure.cause is Refused && failure.attempts == 1)
            #expect(
                "\(failure)"
                    == "the projection superstitious v1 stops before the event at position 4 (Counter|a #4, Incremented): not this one"
            )
            guard case .error(let error)? = await told.next() else {
                Issue.record("the failure was not told")
                return
            }
            #expect(
                error.message == "A projection can't go on." && error.position == 4 && error.cause is ProjectionFailure)
        }
    }

    @Test(
        "it is tried again after a while that grows, and goes on when the event can be folded",
        arguments: StoreKind.allCases)
    func triesAgain(_ kind: StoreKind) async throws {
        let stage = try ReactionStage(kind)
        let refuses = Switch(true)
        try await stage.increment("a", by: 1, 13, 8)
        try await stage.application {
            Counter.self
            Self.superstitious(refuses)
        } do: { app async throws in
            try await app.advanceProjections()
            for (attempt, wait) in [(2, 1), (3, 2), (4, 4), (5, 4)] {
                #expect(app.nextProjectionAttempt == stage.clock.now.adding(.seconds(wait)))
                stage.clock.advance(by: .seconds(wait) - .microseconds(1))
                #expect(try await app.advanceProjections() == 0)
                #expect(app.projectionFailure("superstitious")?.attempts == attempt - 1)
                stage.clock.advance(by: .microseconds(1))
                #expect(try await app.advanceProjections() == 0)
                #expect(app.projectionFailure("superstitious")?.attempts == attempt)
            }
            refuses.turn(on: false)
            stage.clock.advance(by: .seconds(4))
            #expect(try await app.advanceProjections() == 2)
            #expect(app.projectionFailure("superstitious") == nil && app.nextProjectionAttempt == nil)
            #expect(try await app.projection("superstitious", of: Int.self).get("all") == 22)
        }
    }

    @Test("a rebuild ends at an event that can't be folded, and the former version is read on")
    func rebuild() async throws {
        let stage = try ReactionStage(.memory)
        let refuses = Switch(false)
        try await stage.increment("a", by: 1, 13)
        try await stage.application {
            Counter.self
            Self.superstitious(refuses)
        } do: { app in
            try await app.advanceProjections()
        }
        refuses.turn(on: true)
        try await stage.application {
            Counter.self
            Self.superstitious(refuses, version: 2)
        } do: { app async throws in
            let failure = try await #require(throws: ProjectionFailure.self) { try await app.rebuild("superstitious") }
            #expect(failure.projection == Projection("superstitious", version: 2) && failure.position == 2)
            #expect(try await app.projection("superstitious", of: Int.self).get("all") == 14)
        }
    }

    @Test("an event that can't be read stops a projection like one that can't be folded", arguments: StoreKind.allCases)
    func unreadable(_ kind: StoreKind) async throws {
        let stage = try ReactionStage(kind)
        try await stage.increment("a", by: 5)
        let bad = NewEvent(type: "Incremented", payload: Array("no JSON".utf8), timestamp: stage.clock.now)
        _ = try await stage.store.append(
            [bad], to: Counter.id("a"), expecting: .any, by: WriterID(ULID(high: 1, low: 1)), epoch: nil, with: .none)
        try await stage.application {
            Counter.self
            ProjectionTests.totals()
        } do: { app async throws in
            #expect(try await app.advanceProjections() == 1)
            let failure = try #require(app.projectionFailure("totals"))
            #expect(failure.position == 2 && failure.cause is EventCodingError)
            #expect(try await app.projection("totals", of: Total.self).get("a")?.sum == 5)
        }
    }

    @Test(
        "a row that can't be written, or can't have its key, stops the projection before the event that made it",
        arguments: StoreKind.allCases)
    func unwritable(_ kind: StoreKind) async throws {
        let stage = try ReactionStage(kind)
        try await stage.increment("a", by: 1, 2, 0, 3)
        try await stage.application {
            Counter.self
            Projects("shares", of: Double.self) {
                Folding(Counter.Incremented.self) { event, rows in
                    try rows.put(1 / Double(event.amount), at: "\(event.amount)")
                }
            }
            Projects("keys", of: Int.self) {
                Folding(Counter.Incremented.self) { event, rows in
                    try rows.put(event.amount, at: String(repeating: "k", count: event.amount))
                }
            }
        } do: { app async throws in
            #expect(try await app.advanceProjections() == 2 + 2)
            let failure = try #require(app.projectionFailure("shares"))
            #expect(failure.position == 3 && "\(failure)".contains("the row '0' can't be written"))
            #expect(try await app.projection("shares", of: Double.self).list().map(\.row) == [1, 0.5])
            let other = try #require(app.projectionFailure("keys"))
            #expect(other.position == 3 && "\(other)".contains("a key, has from 1 to 1024 bytes, not 0"))
            #expect(try await app.projection("keys", of: Int.self).list().map(\.key) == ["k", "kk"])
        }
    }

    @Test(
        "what a fold swallows of its rows does not count: it is called again when they are there",
        arguments: StoreKind.allCases)
    func swallows(_ kind: StoreKind) async throws {
        let stage = try ReactionStage(kind)
        try await stage.application {
            Counter.self
            Projects("careless", of: Int.self) {
                Folding(Counter.Incremented.self) { event, rows in
                    try rows.put(event.amount, at: "last")
                    let before = (try? rows.get("all")) ?? 0
                    try rows.put(before + event.amount, at: "all")
                }
            }
        } do: { app async throws in
            for amount in [1, 2, 4] {
                try await stage.increment("a", by: amount)
                try await app.advanceProjections()
            }
            #expect(try await app.projection("careless", of: Int.self).list().map(\.row) == [7, 4])
        }
    }

    @Test("a store that does not answer is told when the others are done, and nothing is lost")
    func store() async throws {
        let stage = try ReactionStage(.memory)
        let store = UnreliableStore(over: try stage.memory)
        try await stage.increment("a", by: 3)
        try await stage.application(on: store) {
            Counter.self
            Projects("sums", of: Int.self) {
                Folding(Counter.Incremented.self) { event, rows in
                    try rows.change("all", from: 0) { $0 += event.amount }
                }
            }
            ProjectionTests.totals()
        } do: { app async throws in
            store.failProjectionWrite(with: .busy)
            let error = try await #require(throws: StoreError.self) { try await app.advanceProjections() }
            #expect(error.reason == .busy && app.projectionFailure("sums") == nil)
            #expect(try await app.projection("totals", of: Total.self).get("a")?.sum == 3)
            #expect(try await app.projection("sums", of: Int.self).get("all") == nil)
            #expect(try await app.advanceProjections() == 1)
            #expect(try await app.projection("sums", of: Int.self).get("all") == 3)
        }
    }

    @Test("what can't be asked of a projection is said")
    func wrongQuestions() async throws {
        let stage = try ReactionStage(.memory)
        try await stage.increment("a", by: 3)
        try await stage.application {
            Counter.self
            ProjectionTests.totals()
        } do: { app async throws in
            try await app.advanceProjections()
            let undeclared = #expect(throws: ProjectionError.self) { try app.projection("none", of: Total.self) }
            #expect(
                undeclared?.description
                    == "the application declares no projection 'none'; declare it with Projects(\"none\")")
            let other = #expect(throws: ProjectionError.self) { try app.projection("totals", of: Int.self) }
            #expect(other?.description == "the rows of the projection 'totals' are no Int")
            try await stage.store.apply(
                [.put("a", "true")], to: Projection("totals"), position: 1, expecting: 1, at: stage.clock.now)
            let row = await #expect(throws: ProjectionError.self) {
                try await app.projection("totals", of: Total.self).get("a")
            }
            #expect(row?.description.hasPrefix("the row 'a' of the projection totals v1 can't be read: ") == true)
        }
    }
}
