import Actors
import EventSourcing
import Reactions
import Testing

/// As a tally, but what lies behind its last two snapshots is deleted.
private struct Pruned: Aggregate, Codable, Equatable {
    struct Add: Action {
        typealias State = Pruned
        var amount: Int
    }

    static let entityType = "Pruned"
    static var snapshots: AggregateSnapshots<Pruned> {
        let retention = (try? RetentionPolicy.snapshots(keep: 2, deleteEvents: true)) ?? .keepAll
        return .every(3, as: .json(), keeping: retention)
    }
    var sum = 0

    static var parts: [AggregatePart<Pruned>] {
        Emits(Tally.Added.self) { pruned, added in pruned.sum += added.amount }
        Accepts(Add.self) { add, _ in [Tally.Added(amount: add.amount)] }
    }
}

@Suite("States are read out of their histories")
struct HistoryTests {
    @Test("a snapshot is taken whenever its interval is reached or crossed, and read", arguments: StoreKind.allCases)
    func snapshots(_ kind: StoreKind) async throws {
        let stage = try ReactionStage(kind)
        let id = try Tally.id("t-1")
        try await stage.application {
            Tally.self
        } do: { app async throws in
            try await app.do(Tally.Add(1, 2), on: id)
            #expect(try await stage.store.list(of: id).isEmpty)
            try await app.do(Tally.Add(3), on: id)
            try await app.do(Tally.Add(4, 5, 6, 7), on: id)
            #expect(try await stage.store.list(of: id).map(\.sequenceNumber) == [3, 7])
        }
        // What lies behind the snapshot is not read any more: it may be gone.
        #expect(try await stage.store.deleteEvents(of: id, upTo: 7))
        try await stage.application {
            Tally.self
        } do: { app async throws in
            #expect(try await app.do(Tally.Add(8), on: id).state.sum == 36)
            #expect(try await app.load(Tally.self, id).sequenceNumber == 8)
        }
    }

    @Test("a snapshot that can't be saved is a warning, and the action is done", arguments: StoreKind.allCases)
    func failingSnapshot(_ kind: StoreKind) async throws {
        let stage = try ReactionStage(kind)
        let store = try stage.unreliable()
        try await stage.application(on: store) {
            Tally.self
        } do: { app async throws in
            store.failSnapshot(1, with: .full)
            #expect(try await app.do(Tally.Add(1, 2, 3), on: Tally.id("t-1")).state.sum == 6)
            #expect(try await stage.store.list(of: Tally.id("t-1")).isEmpty)
        }
    }

    @Test("a state is read as it was at a number", arguments: StoreKind.allCases)
    func numbers(_ kind: StoreKind) async throws {
        let stage = try ReactionStage(kind)
        let id = try Tally.id("t-1")
        try await stage.application {
            Tally.self
        } do: { app async throws in
            for amount in 1...8 { try await app.do(Tally.Add(amount), on: id) }
            var sums: [Int] = []
            for number in Int64(-1)...9 { sums.append(try await app.load(Tally.self, id, at: number).state.sum) }
            #expect(sums == [0, 0, 1, 3, 6, 10, 15, 21, 28, 36, 36])
            #expect(try await app.load(Tally.self, id, at: 5).sequenceNumber == 5)
            #expect(try await app.load(Tally.self, id, at: 99).sequenceNumber == 8)
            // The present is not disturbed by it.
            #expect(try await app.do(Tally.Add(1), on: id, expecting: 8).state.sum == 37)
            #expect(try await app.load(Tally.self, Tally.id("none"), at: 3).state == Tally())
        }
    }

    @Test("a state is read as it was at a moment", arguments: StoreKind.allCases)
    func moments(_ kind: StoreKind) async throws {
        let stage = try ReactionStage(kind)
        let (id, start) = (try Tally.id("t-1"), stage.clock.now)
        try await stage.application {
            Tally.self
        } do: { app async throws in
            for amount in 1...5 {
                try await app.do(Tally.Add(amount), on: id)
                stage.clock.advance(by: .seconds(1))
            }
            func sum(_ milliseconds: Int) async throws -> Int {
                try await app.load(Tally.self, id, at: start.adding(.milliseconds(milliseconds))).state.sum
            }
            #expect(try await sum(-1) == 0)
            #expect(try await sum(0) == 1)
            #expect(try await sum(1_999) == 3)
            #expect(try await sum(2_000) == 6)
            #expect(try await sum(60_000) == 15)
        }
    }

    @Test("behind deleted events a state is read where a snapshot stands for them", arguments: StoreKind.allCases)
    func pruned(_ kind: StoreKind) async throws {
        let stage = try ReactionStage(kind)
        let (id, start) = (try Pruned.id("p-1"), stage.clock.now)
        try await stage.application {
            Pruned.self
        } do: { app async throws in
            for amount in 1...7 {
                try await app.do(Pruned.Add(amount: amount), on: id)
                stage.clock.advance(by: .seconds(1))
            }
            #expect(try await stage.store.head(of: id)?.deletedTo == 3)
            #expect(try await app.load(Pruned.self, id, at: 3).state.sum == 6)
            #expect(try await app.load(Pruned.self, id, at: 5).state.sum == 15)
            await #expect(throws: RecoveryError.self) { try await app.load(Pruned.self, id, at: 2) }
            func sum(_ milliseconds: Int) async throws -> Int {
                try await app.load(Pruned.self, id, at: start.adding(.milliseconds(milliseconds))).state.sum
            }
            #expect(try await sum(3_000) == 10)
            // Behind the last event that was deleted, before the first one that is left.
            #expect(try await sum(2_500) == 6)
            #expect(try await sum(2_000) == 6)
            await #expect(throws: RecoveryError.self) { try await sum(1_999) }
            #expect(try await sum(-1) == 0)
            #expect(try await app.load(Pruned.self, id).state.sum == 28)
        }
    }

    @Test(
        "an event that is set apart is left out of what is decided, until it is released", arguments: StoreKind.allCases
    )
    func quarantined(_ kind: StoreKind) async throws {
        let stage = try ReactionStage(kind)
        let store = try #require(stage.store as? any SteppedStore)
        let id = try Counter.id("c-1")
        try await stage.increment(by: 1, 10, 100)
        let apart = QuarantinedEvent(
            persistenceID: id, sequenceNumber: 2, reason: "it is wrong", timestamp: stage.clock.now,
            writer: WriterID(ULID(high: 1, low: 1)))
        try await store.quarantine(apart)
        try await stage.application {
            Counter.self
        } do: { app async throws in
            #expect(try await app.do(Counter.Increment(amount: 1), on: id).state.count == 102)
            await #expect(throws: InvariantError.self) { try await app.do(Counter.Decrement(amount: 103), on: id) }
            #expect(try await app.load(Counter.self, id, at: 3).state.count == 101)
            try await store.release(id, sequenceNumber: 2, at: stage.clock.now)
            // What was read without it was not kept.
            #expect(try await app.load(Counter.self, id).state.count == 112)
            #expect(try await app.do(Counter.Decrement(amount: 103), on: id).state.count == 9)
        }
    }
}
