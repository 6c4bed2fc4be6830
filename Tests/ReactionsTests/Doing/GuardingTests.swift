import Actors
import EventSourcing
import EventSourcingTestKit
import Reactions
import TestSupport
import Testing

@Suite("Actions are guarded by the number that they were decided at")
struct GuardingTests {
    /// Writes to the counter in the midst of the decisions that come next, as another process would.
    private final class Meddler: Sendable {
        private let left = Locked(0)
        private let store: any WholeStore

        init(_ store: any WholeStore) { self.store = store }

        func meddle(_ times: Int) { left.withLock { $0 = times } }

        var isDue: Bool {
            left.withLock { left in
                left -= 1
                return left >= 0
            }
        }

        func write(to id: PersistenceID) async throws {
            let event = NewEvent(type: "Incremented", payload: Array(#"{"amount":10}"#.utf8), timestamp: .epoch)
            _ = try await store.append(
                [event], to: id, expecting: .any, by: WriterID(ULID(high: 1, low: 1)), epoch: nil, with: .none)
        }
    }

    /// A store in front of whose appends somebody else writes.
    private struct MeddledStore: ForwardingReactionStore {
        let base: any SteppedStore
        let meddler: Meddler

        func append(
            _ events: [NewEvent], to id: PersistenceID, expecting: ExpectedNumber, by writer: WriterID, epoch: Int64?,
            with companions: Companions
        ) async throws -> AppendReceipt {
            if meddler.isDue { try await meddler.write(to: id) }
            return try await base.append(
                events, to: id, expecting: expecting, by: writer, epoch: epoch, with: companions)
        }
    }

    @Test("where others write meanwhile it is decided anew, three times at most", arguments: StoreKind.allCases)
    func retries(_ kind: StoreKind) async throws {
        let stage = try ReactionStage(kind)
        let meddler = Meddler(stage.store)
        let store = MeddledStore(base: try #require(stage.store as? any SteppedStore), meddler: meddler)
        try await stage.application(on: store) {
            Counter.self
        } do: { app async throws in
            let id = try Counter.id("c-1")
            // Also the first write of a stream expects that there is none.
            meddler.meddle(3)
            let done = try await app.do(Counter.Increment(amount: 1), on: id)
            #expect(done.state.count == 31 && done.sequenceNumber == 4)
            meddler.meddle(4)
            let error = await #expect(throws: ConcurrencyError.self) {
                try await app.do(Counter.Increment(amount: 1), on: id)
            }
            #expect(error == ConcurrencyError(stream: id, expected: 7, actual: 8))
            #expect(
                error.map { "\($0)" }
                    == "Counter|c-1 is at number 8, and 7 was expected; read it again and decide anew")
            #expect(try await app.do(Counter.Decrement(amount: 71), on: id).state.count == 0)
            meddler.meddle(1)
            let pinned = await #expect(throws: ConcurrencyError.self) {
                try await app.do(Counter.Increment(), on: id, expecting: 79)
            }
            #expect(pinned == ConcurrencyError(stream: id, expected: 79, actual: 80))
        }
    }

    @Test("what holds no more when it is decided anew is refused", arguments: StoreKind.allCases)
    func decidedAnew(_ kind: StoreKind) async throws {
        let stage = try ReactionStage(kind)
        let meddler = Meddler(stage.store)
        let store = MeddledStore(base: try #require(stage.store as? any SteppedStore), meddler: meddler)
        try await stage.application(on: store) {
            Counter.self
        } do: { app async throws in
            let id = try Counter.id("c-1")
            try await app.do(Counter.Increment(amount: 999_995), on: id)
            meddler.meddle(1)
            let error = await #expect(throws: InvariantError.self) { try await app.do(Counter.Increment(), on: id) }
            #expect(error?.invariant == "is not above a million")
            #expect(error?.state as? Counter == Counter(count: 1_000_005))
            #expect(try await stage.store.head(of: id)?.sequenceNumber == 2)
        }
    }

    @Test("of what many do to one stream at once nothing is lost", arguments: StoreKind.allCases)
    func many(_ kind: StoreKind) async throws {
        let stage = try ReactionStage(kind)
        let settings = try ApplicationSettings(isSelfDriving: false, conflictRetries: 10_000)
        let one = try Application("counting", on: stage.store, settings: settings) { Counter.self }
        let other = try Application("counting", on: stage.store, settings: settings) { Counter.self }
        let id = try Counter.id("c-1")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<64 {
                group.addTask {
                    for _ in 0..<5 { try await (number % 2 == 0 ? one : other).do(Counter.Increment(), on: id) }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await one.load(Counter.self, id).state.count == 320)
        #expect(try await stage.store.head(of: id)?.sequenceNumber == 320)
        await one.shutdown()
        await other.shutdown()
    }

    @Test(
        "an append whose outcome nobody knows is an error, and what is true is found out", arguments: StoreKind.allCases
    )
    func unknown(_ kind: StoreKind) async throws {
        let stage = try ReactionStage(kind)
        let store = try stage.unreliable()
        try await stage.application(on: store) {
            Counter.self
        } do: { app async throws in
            let id = try Counter.id("c-1")
            try await app.do(Counter.Increment(amount: 1), on: id)
            store.failAppend(1, with: .lostAfterCommit)
            let error = await #expect(throws: StoreError.self) {
                try await app.do(Counter.Increment(amount: 2), on: id)
            }
            #expect(error?.reason == .outcomeUnknown)
            #expect(try await app.do(Counter.Increment(amount: 4), on: id).state.count == 7)
            store.failAppend(1, with: .lostBeforeCommit)
            await #expect(throws: StoreError.self) { try await app.do(Counter.Increment(amount: 8), on: id) }
            #expect(try await app.do(Counter.Look(), on: id).state.count == 7)
        }
    }

    @Test("a reaction whose write nobody knows of is tried again, and done once", arguments: StoreKind.allCases)
    func unknownOfReaction(_ kind: StoreKind) async throws {
        let stage = try ReactionStage(kind)
        let (store, journal) = (try stage.unreliable(), try Journal.id("j"))
        try await stage.application(on: store) {
            Counter.self
            Journal.self
            On(Counter.Incremented.self, "note").to(journal)
                .do { event, stream, app in
                    try await app.do(Journal.Note(text: "\(event.amount)"), on: stream, reactingTo: event)
                }
        } do: { app async throws in
            try await app.do(Counter.Increment(amount: 1), on: Counter.id("c-1"))
            try await app.do(Counter.Increment(amount: 2), on: Counter.id("c-1"))
            store.failAppend(1, with: .lostAfterCommit)
            let totals = try await app.settle()
            #expect(totals.failed == 1 && totals.handled == 2)
            #expect(try await app.load(Journal.self, Journal.id("j")).state.notes == ["1", "2"])
        }
    }
}
