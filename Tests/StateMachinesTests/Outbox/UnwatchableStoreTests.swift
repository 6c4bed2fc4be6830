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

private struct Unwatchable: ForwardingStore, ForwardingOutbox, LiveStore {
    let base: InMemoryStore

    func target(isWrite: Bool) -> any EventStore & SnapshotStore { base }

    func watchChanges(_ notice: @escaping @Sendable () -> Void) throws -> ChangeWatch { throw StoreError(.inputOutput) }
}
