import Actors
import EventSourcing
import EventSourcingTestKit
import Testing

@Suite("An entity that supervision restarts")
struct SupervisedRestartTests {
    private let boom = CartCommand("boom") { _, _ in throw Failure("boom") }
    private let everySecond = SupervisionStrategy.restart(
        atMost: 3, within: .seconds(60), backOff: .init(initial: .seconds(1), maximum: .seconds(1)))

    /// Asks for the items, without waiting for the answer.
    private func items(_ cart: ActorRef<CartCommand>) -> PendingReply<[String]> {
        cart.askLater(timeout: .seconds(600)) { replyTo in
            CartCommand("items") { _, cart in .reply(to: replyTo, cart.items) }
        }
    }

    @Test(
        "engine 135: an entity that is restarted recovers its journal, with what came into it meanwhile",
        arguments: CartStyle.allCases, StoreForm.allCases)
    func recovers(style: CartStyle, form: StoreForm) throws {
        let stage = try CartStage(form)
        let cart = stage.spawn(try stage.cart(style).supervised(by: everySecond))
        stage.tell(cart, .add("apple"), .add("banana"), boom, .add("date"))
        try stage.given(itemAt: 3, "cherry")
        stage.scheduler.advance(by: .seconds(1))
        #expect(!cart.isStopped)
        #expect(try stage.items(cart) == ["apple", "banana", "cherry", "date"])
        #expect(try stage.stored().map { $0.prefix(1) } == ["1", "2", "3", "4"])
    }

    @Test("engine 135: a restart recovers from the newest snapshot, where there is one", arguments: StoreForm.allCases)
    func fromSnapshot(form: StoreForm) throws {
        let stage = try CartStage(form)
        let behavior = try stage.cart().withSnapshots(.every(2)).withRetention(.snapshots(keep: 1, deleteEvents: true))
        let cart = stage.spawn(behavior.supervised(by: .restart))
        stage.tell(cart, .add("apple", "banana"), .add("cherry"), boom)
        #expect(try stage.stored().count == 1)
        #expect(try stage.add(cart, "date")?.get() == ["apple", "banana", "cherry", "date"])
    }

    @Test(
        "engine 135: a recovery that fails at a restart is supervised too, and commands wait for the one that does not")
    func recoveryFails() throws {
        let stage = try CartStage()
        let cart = stage.spawn(try stage.cart().supervised(by: everySecond))
        stage.tell(cart, .add("apple"))
        stage.store.failRecovery(2)
        stage.tell(cart, boom, .add("banana"))
        let reply = items(cart)
        stage.scheduler.advance(by: .milliseconds(2_999))
        #expect(reply.result == nil)
        stage.scheduler.advance(by: .milliseconds(1))
        #expect(try reply.result?.get() == ["apple", "banana"])
        #expect(stage.store.recoveryCount == 4)
    }

    @Test("a recovery that fails at every restart stops the entity, and who waits is told the store's error")
    func recoveryKeepsFailing() throws {
        let stage = try CartStage()
        let cart = stage.spawn(try stage.cart().supervised(by: everySecond))
        stage.tell(cart, .add("apple"))
        stage.store.failRecovery(9)
        stage.tell(cart, boom)
        let reply = items(cart)
        stage.scheduler.advance(by: .seconds(60))
        #expect((rejection(reply.result) as? StoreError)?.reason == .busy)
        #expect(cart.isStopped)
        #expect(stage.store.recoveryCount == 4, "the start, and three restarts")
        #expect(try stage.stored().count == 1)
    }

    @Test("a history that was damaged before a restart is an error, and never the state that was there or an empty one")
    func damagedMeanwhile() throws {
        let stage = try CartStage()
        let cart = stage.spawn(try stage.cart().supervised(by: .restart(atMost: 1, within: .seconds(60))))
        stage.tell(cart, .add("apple"))
        stage.store.spoilEvent(1, as: .damaged)
        stage.tell(cart, boom)
        let reply = items(cart)
        stage.scheduler.drain()
        #expect(cart.isStopped)
        guard case .failure = reply.result else { throw Failure("it answered") }
    }
}
