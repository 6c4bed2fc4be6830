import Actors
import EventSourcing
import StateMachines
import TestSupport
import Testing

@Suite("A store that should tell of changes and can't be watched")
struct UnwatchableStoreTests {
    @Test("it is asked for what is due as often as one that does not tell of changes")
    func polled() throws {
        let stage = try TimedStage(.memory)
        let store = try Unwatchable(base: #require(stage.store as? InMemoryStore))
        let courier = try stage.courier(OutboxDestination("mail") { _ in .done }, on: store)
        stage.advance(.milliseconds(2_500))
        try stage.post(["x"])
        stage.advance(.milliseconds(499))
        #expect(courier.metrics.delivered == 0)
        stage.advance(.milliseconds(1))
        #expect(courier.metrics.delivered == 1)
        #expect(stage.log.warnings == ["The store can't be watched, and is asked for what changes instead."])
    }
}

private struct Unwatchable: ForwardingStore, LiveStore, OutboxStore {
    let base: InMemoryStore

    func target(isWrite: Bool) -> any EventStore & SnapshotStore { base }

    func watchChanges(_ notice: @escaping @Sendable () -> Void) throws -> ChangeWatch { throw StoreError(.inputOutput) }

    func claim(limit: Int, for term: Duration, as claimer: ULID, at now: Timestamp) async throws -> [OutboxEntry] {
        try await base.claim(limit: limit, for: term, as: claimer, at: now)
    }

    func complete(_ entry: OutboxEntry, at now: Timestamp) async throws -> Bool {
        try await base.complete(entry, at: now)
    }

    func release(_ entry: OutboxEntry) async throws -> Bool { try await base.release(entry) }

    func fail(_ entry: OutboxEntry, error: String, retryAt: Timestamp) async throws -> Bool {
        try await base.fail(entry, error: error, retryAt: retryAt)
    }

    func deadLetter(_ entry: OutboxEntry, reason: String, at now: Timestamp) async throws -> Bool {
        try await base.deadLetter(entry, reason: reason, at: now)
    }

    func nextDue() async throws -> Timestamp? { try await base.nextDue() }

    func entry(withKey key: String) async throws -> OutboxEntry? { try await base.entry(withKey: key) }

    func entries(after number: Int64, limit: Int) async throws -> [OutboxEntry] {
        try await base.entries(after: number, limit: limit)
    }

    func waiting(of id: PersistenceID, limit: Int) async throws -> [OutboxEntry] {
        try await base.waiting(of: id, limit: limit)
    }

    func forgetCompleted(before moment: Timestamp) async throws -> Int {
        try await base.forgetCompleted(before: moment)
    }

    func deadLetters(after letter: StoredDeadLetter?, limit: Int) async throws -> [StoredDeadLetter] {
        try await base.deadLetters(after: letter, limit: limit)
    }

    func replay(_ letter: StoredDeadLetter, at now: Timestamp) async throws -> Bool {
        try await base.replay(letter, at: now)
    }

    func dismiss(_ letter: StoredDeadLetter, at now: Timestamp) async throws -> Bool {
        try await base.dismiss(letter, at: now)
    }
}
