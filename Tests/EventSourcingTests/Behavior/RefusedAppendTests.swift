import Actors
import EventSourcingTestKit
import Testing

@testable import EventSourcing

@Suite("An entity of a registry whose store does not let it write")
struct RefusedAppendTests {
    @Test("its next message recovers it, after a wait that grows with every refusal and ends with a success")
    func backOff() throws {
        let stage = try CartStage()
        for number in 1...2 { stage.store.failAppend(number, with: .refused(.busy)) }
        let behavior = try stage.cart().behavior
        let carts = EntityRegistry<String, CartCommand>(
            in: stage.system, name: "carts", backOff: .init(initial: .milliseconds(100), maximum: .seconds(1))
        ) { _ in behavior }
        let cart = carts.ref(for: "cart-1")

        func ask(_ item: String) -> PendingReply<[String]> {
            let reply = cart.askLater(timeout: .seconds(60)) { (replyTo: ActorRef<[String]>) in
                CartCommand("add") { _, _ in .persist(.added(item)).thenReply(to: replyTo) { $0.items } }
            }
            stage.scheduler.drain()
            return reply
        }
        #expect((rejection(ask("apple").result) as? StoreError)?.reason == .busy)
        let second = ask("banana")
        #expect(second.result == nil)
        stage.scheduler.advance(by: .milliseconds(100))
        #expect((rejection(second.result) as? StoreError)?.reason == .busy)
        let third = ask("cherry")
        stage.scheduler.advance(by: .milliseconds(199))
        #expect(third.result == nil)
        stage.scheduler.advance(by: .milliseconds(1))
        #expect(try third.result?.get() == ["cherry"])
        #expect(try ask("date").result?.get() == ["cherry", "date"])
    }
}
