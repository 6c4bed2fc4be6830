import Actors
import EventSourcingTestKit
import Testing

@testable import EventSourcing

@Suite("An effect that counts on the current state alone")
struct CurrentStateTests {
    /// Asks for the items, and counts how many times that is decided.
    private func items(
        _ cart: ActorRef<CartCommand>, on stage: CartStage, isCurrent: Bool = true
    ) throws -> (items: [String], decisions: Int) {
        let decisions = Recorder<Int>()
        let answer: Result<[String], AskError>? = stage.ask(cart) { replyTo in
            CartCommand("items") { _, cart in
                decisions.add(cart.items.count)
                let effect = CartEffect.reply(to: replyTo, cart.items)
                return isCurrent ? effect.onCurrentState() : effect
            }
        }
        return (try #require(answer).get(), decisions.values.count)
    }

    @Test(
        "it is decided again on what others have written, and once where they have not", arguments: StoreForm.allCases)
    func again(_ form: StoreForm) throws {
        let stage = try CartStage(form)
        let other = try CartStage(form, on: stage.store, sharing: stage.scheduler)
        let (cart, others) = (stage.spawn(try stage.cart().withFencing(false)), try other.spawn())
        #expect(try items(cart, on: stage) == ([], 1))
        #expect(try other.add(others, "tea")?.get() == ["tea"])
        #expect(try items(cart, on: stage, isCurrent: false) == ([], 1))
        #expect(try items(cart, on: stage) == (["tea"], 2))
        #expect(try items(cart, on: stage) == (["tea"], 1))
        #expect(try stage.add(cart, "milk")?.get() == ["tea", "milk"])
    }

    @Test("it fails with the store where that can't be read, and is not decided on what was known")
    func away() throws {
        let stage = try CartStage()
        let cart = try stage.spawn()
        stage.scheduler.drain()
        stage.store.disconnect()
        let answer: Result<[String], AskError>? = stage.ask(cart) { replyTo in
            CartCommand("items") { _, cart in CartEffect.reply(to: replyTo, cart.items).onCurrentState() }
        }
        #expect((rejection(answer) as? StoreError)?.reason == .closed)
    }
}
