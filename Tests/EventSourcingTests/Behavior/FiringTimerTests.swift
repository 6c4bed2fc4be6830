import Actors
import EventSourcingTestKit
import Testing

@testable import EventSourcing

@Suite("A command that lets a timer fire")
struct FiringTimerTests {
    @Test(
        "its event completes the timer; the second time it is refused, nothing is written, and the entity goes on",
        arguments: StoreForm.allCases)
    func once(_ form: StoreForm) throws {
        let stage = try CartStage(form)
        let (store, id) = (stage.store.base, stage.id)
        let timers = try stage.scheduler.run {
            try await store.arm(NewTimer("abandoned", deadline: .epoch, generation: 0), of: id)
            return try await store.claimDue(limit: 1, for: .seconds(30), as: ULID(high: 1, low: 1), at: .epoch)
        }
        let timer = try #require(timers.first)
        let cart = try stage.spawn()
        func fire() -> Result<[String], AskError>? {
            stage.ask(cart) { replyTo in
                CartCommand("fire") { _, _ in
                    .persist(.added("reminder")).writing(timers: [.fire(timer)], outbox: [])
                        .thenReply(to: replyTo) { $0.items }
                }
            }
        }
        #expect(try fire()?.get() == ["reminder"])
        #expect(try stage.scheduler.run { try await store.timers(of: id) }.isEmpty)
        let stale = StaleTimerError(persistenceID: id, name: "abandoned", generation: 0, armed: nil)
        #expect(rejection(fire()) as? StaleTimerError == stale)
        #expect(try stage.stored().count == 1)
        // The same actor, and nobody has recovered it.
        #expect(try stage.add(cart, "tea")?.get() == ["reminder", "tea"])
        #expect(stage.log.warnings.isEmpty)
    }
}
