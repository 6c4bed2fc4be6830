import Actors
import EventSourcing
import EventSourcingTestKit
import StateMachines
import Testing

@Suite("A timer whose handling ends its process")
struct EndingTimerTests {
    /// What one process works on, until it has ended.
    private func process(
        on base: some TimedStore
    ) -> (events: any EventStore, timers: any TimerStore, end: @Sendable () -> Void) {
        let store = UnreliableStore(over: base)
        return (store, store, { store.disconnect() })
    }

    @Test(
        "it is a dead letter after its attempts, and those that were claimed with it fire",
        arguments: StoreKind.allCases)
    func ends(_ kind: StoreKind) async throws {
        let shared = try kind.make()
        let first = TimedStage(shared)
        for id in ["1", "ending", "2", "3"] { try first.arm("t", at: 0, of: id, type: "Letters") }
        let healthy = try letters { From(.a) { On(.e1).goto(.b) }.timeout("t", after: .seconds(10), send: .e1) }
        for life in 0..<8 {
            let stage = TimedStage(shared, after: Int64(1 + 40 * life))
            let (events, timers, end) = process(on: shared.store)
            let ending = try letters {
                From(.a) {
                    On(.e1).where { _, _ in
                        end()
                        return true
                    }
                    .goto(.b)
                }
                .timeout("t", after: .seconds(10), send: .e1)
            }
            let instances = Instances<Letter, Push>(in: stage.system, name: "letters") { id in
                Behavior.setup { _ in
                    try (id == "ending" ? ending : healthy).entity(id).withEventStore(events).behavior
                }
            }
            _ = try stage.sweeper(healthy, in: instances, on: timers, settings: .steady(attempts: 3))
            stage.advance(.seconds(5))
        }
        for id in ["1", "2", "3"] { #expect(try first.stored("Letters", id) == ["E1"]) }
        #expect(try first.stored("Letters", "ending").isEmpty && first.timers("Letters", "ending").isEmpty)
        let letters = try await first.deadLetters()
        #expect(letters.map(\.recipient) == ["Letters|ending"])
        #expect(letters.first?.reason.contains("tried 3 times") == true)
    }

    @Test(
        "those that somebody had claimed who said nothing fire one after the other in one sweep, as many as a batch has",
        arguments: [(batch: 100, sweeps: 1), (batch: 2, sweeps: 3)])
    func oneSweep(batch: Int, sweeps: Int) throws {
        let stage = try TimedStage(.memory)
        let machine = try letters { From(.a) { On(.e1).goto(.b) }.timeout("t", after: .seconds(10), send: .e1) }
        for id in 1...5 { try stage.arm("t", at: 0, of: "\(id)", type: "Letters") }
        let store = stage.store
        let claimed = try stage.scheduler.run {
            try await store.claimDue(limit: 5, for: .seconds(1), as: ULID(high: 1, low: 1), at: .second(0))
        }
        #expect(claimed.count == 5)
        stage.advance(.seconds(2))
        let sweeper = try stage.sweeper(machine, settings: .steady(batch: batch))
        stage.advance(.seconds(5))
        #expect(sweeper.metrics.fired == 5 && sweeper.metrics.sweeps == sweeps)
        for id in 1...5 { #expect(try stage.stored("Letters", "\(id)") == ["E1"]) }
    }
}
