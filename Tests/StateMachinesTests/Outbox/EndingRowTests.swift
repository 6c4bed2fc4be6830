import Actors
import EventSourcing
import EventSourcingTestKit
import StateMachines
import TestSupport
import Testing

@Suite("A row of the outbox whose handling ends its process")
struct EndingRowTests {
    private func process(on base: some TimedStore) -> (store: any OutboxStore, end: @Sendable () -> Void) {
        let store = UnreliableStore(over: base)
        return (store, { store.disconnect() })
    }

    @Test(
        "it is a dead letter after its attempts, and those that were under way with it are delivered",
        arguments: StoreKind.allCases)
    func ends(_ kind: StoreKind) async throws {
        let shared = try kind.make()
        let first = TimedStage(shared)
        for word in ["one", "ending", "two", "three"] { try first.post([word], of: word) }
        let policy = try RetryPolicy.fixed(.seconds(1), attempts: 3)
        for life in 0..<8 {
            let stage = TimedStage(shared, after: Int64(1 + 40 * life))
            let (store, end) = process(on: shared.store)
            let handler = NotingHandler { entry in
                if entry.word == "ending" { end() }
                return .done
            }
            _ = try stage.courier(OutboxDestination("mail", retry: policy, handler: handler), on: store)
            stage.advance(.seconds(5))
        }
        let rows = try await first.rows()
        #expect(rows.map(\.word) == ["one", "two", "three"] && rows.allSatisfy { $0.completed != nil })
        let letters = try await first.deadLetters()
        #expect(letters.map { String(decoding: $0.payload ?? [], as: UTF8.self) } == ["ending"])
        #expect(letters.first?.reason.contains("tried 3 times") == true)
    }

    @Test("a row that came back without a word is delivered while nothing else is under way")
    func alone() async throws {
        let stage = try TimedStage(.memory)
        try stage.post(["back"], of: "1")
        let store = stage.store
        _ = try stage.scheduler.run {
            try await store.claim(limit: 1, for: .seconds(1), as: ULID(high: 1, low: 1), at: .second(0))
        }
        try stage.post(["long"], of: "2")
        let (system, notes) = (stage.system, Notes())
        let handler = NotingHandler { entry in
            await system.pause(for: .seconds(3))
            notes.add("end of \(entry.word)")
            return .done
        }
        let courier = try stage.courier(OutboxDestination("mail", handler: handler))
        stage.advance(.milliseconds(1_500))
        try stage.post(["late"], of: "3")
        stage.advance(.milliseconds(1_400))
        #expect(handler.words == ["long#1"], "the one that came back waits for it")
        stage.advance(.milliseconds(200))
        #expect(handler.words == ["long#1", "back#2"], "and nothing else begins beside it")
        stage.advance(.seconds(9))
        #expect(notes.words == ["end of long", "end of back", "end of late"] && courier.metrics.delivered == 3)
    }

    @Test("rows that came back without a word are delivered one after the other, and none is given back twice")
    func oneByOne() async throws {
        let stage = try TimedStage(.memory)
        let store = try CountingOutbox(base: #require(stage.store as? InMemoryStore))
        let words = ["one", "two", "three", "four", "five"]
        for word in words { try stage.post([word], of: word) }
        _ = try stage.scheduler.run {
            try await store.claim(limit: 5, for: .seconds(1), as: ULID(high: 1, low: 1), at: .second(0))
        }
        stage.advance(.seconds(2))
        let handler = NotingHandler()
        let courier = try stage.courier(OutboxDestination("mail", handler: handler), on: store)
        stage.advance(.seconds(5))
        #expect(handler.words == words.map { "\($0)#2" } && courier.metrics.delivered == 5)
        #expect(store.released.words == ["two", "three", "four", "five"])
    }
}

/// An outbox that notes which rows are given back.
private struct CountingOutbox: ForwardingStore, ForwardingOutbox, LiveStore {
    let base: InMemoryStore
    let released = Notes()

    func target(isWrite: Bool) -> any EventStore & SnapshotStore { base }

    func watchChanges(_ notice: @escaping @Sendable () -> Void) throws -> ChangeWatch {
        base.watchChanges(notice)
    }

    func release(_ entry: OutboxEntry) async throws -> Bool {
        released.add(entry.word)
        return try await base.release(entry)
    }
}
