import Actors
import EventSourcingTestKit
import Testing

@testable import EventSourcing

@Suite("Hooks of an effect")
struct HookTests {
    private let stage: CartStage
    private let log = Recorder<String>()

    init() throws { stage = try CartStage() }

    private func persisting(_ item: String) -> CartEffect { .persist(.added(item)) }

    @Test("engine 97: thenRun sees the state behind its events")
    func thenRun() throws {
        let log = log
        let cart = try stage.spawn()
        for item in ["apple", "banana"] {
            stage.tell(
                cart,
                .doing(persisting(item).thenRun { log.add("after-persist: \($0.items.joined(separator: ","))") }))
        }
        #expect(log.values == ["after-persist: apple", "after-persist: apple,banana"])
    }

    @Test("engine 98: thenReply answers once, from the state behind its events")
    func thenReply() throws {
        #expect(try stage.add(stage.spawn(), "apple")?.get() == ["apple"])
        #expect(stage.system.deadLetters.count == 0)
    }

    @Test("thenReply is computed before the append and sent after it")
    func replyIsPrepared() throws {
        let log = log
        let target = ActorRef<Int>.capturing(in: stage.system) { _ in log.add("sent") }
        stage.store.beforeAppend { _ in log.add("append") }
        stage.tell(
            try stage.spawn(),
            .doing(
                persisting("apple").thenReply(to: target) { cart in
                    log.add("computed from \(cart.items)")
                    return cart.items.count
                }))
        #expect(log.values == ["computed from [\"apple\"]", "append", "sent"])
    }

    @Test("engine 105, 106: hooks of none see the current state")
    func noneHooks() throws {
        let log = log
        let cart = try stage.spawn()
        stage.tell(cart, .add("apple"), .doing(.none.thenRun { log.add("on-none: \($0.items[0])") }))
        let reply: Result<[String], AskError>? = stage.ask(cart) { replyTo in
            .doing(.none.thenReply(to: replyTo) { $0.items })
        }
        #expect(try reply?.get() == ["apple"])
        #expect(log.values == ["on-none: apple"])
        #expect(try stage.stored().count == 1)
    }

    @Test("engine 107: a reply comes before the reply of its hook")
    func replyThenReply() throws {
        let log = log
        let target = ActorRef<[String]>.capturing(in: stage.system) { log.add("\($0)") }
        stage.tell(try stage.spawn(), .doing(.reply(to: target, ["primary"]).thenReply(to: target) { $0.items }))
        #expect(log.values == ["[\"primary\"]", "[]"])
    }

    @Test("engine 108: the hook of a stop runs before the entity has stopped")
    func stopHook() throws {
        let (log, cart) = (log, try stage.spawn())
        stage.tell(cart, .doing(.stop.thenRun { _ in log.add("on-stop, stopped: \(cart.isStopped)") }))
        #expect(log.values == ["on-stop, stopped: false"])
        #expect(cart.isStopped)
    }

    @Test("engine 109: hooks run in the order in which they were written")
    func order() throws {
        let log = log
        stage.tell(
            try stage.spawn(),
            .doing(persisting("apple").thenRun { _ in log.add("first") }.thenRun { _ in log.add("second") }))
        #expect(log.values == ["first", "second"])
    }

    @Test("engine 111: hooks do not run when the events are replayed")
    func replay() throws {
        let log = log
        stage.tell(try stage.spawn(), .doing(persisting("apple").thenRun { _ in log.add("once") }))
        let again = try CartStage(on: stage.store)
        #expect(try again.items(again.spawn()) == ["apple"])
        #expect(log.values == ["once"])
    }

    @Test("engine 130: an entity may reply to itself, and the replies come in order")
    func replyToSelf() throws {
        let log = log
        let cart = try stage.spawn()
        for item in ["apple", "banana"] {
            cart.tell(
                CartCommand("add") { context, _ in
                    .persist(.added(item)).thenReply(to: context.`self`) { cart in
                        let seen = cart.items
                        return CartCommand("told") { _, _ in
                            log.add("\(seen)")
                            return .none
                        }
                    }
                })
        }
        stage.scheduler.drain()
        #expect(log.values == ["[\"apple\"]", "[\"apple\", \"banana\"]"])
    }

    @Test("engine 152: a hook that throws keeps no later one from running, and supervision is told")
    func hookThrows() throws {
        let log = log
        let cart = try stage.spawn()
        let reply: Result<[String], AskError>? = stage.ask(cart) { replyTo in
            .doing(
                persisting("apple").thenRun { _ in throw Failure("hook boom") }.thenRun { _ in log.add("later") }
                    .thenReply(to: replyTo) { $0.items })
        }
        #expect(log.values == ["later"])
        #expect(try reply?.get() == ["apple"])
        #expect(cart.isStopped)
        #expect(try stage.stored().count == 1)
    }

    @Test("engine 153: an entity that resumes after a failed hook goes on with the right number")
    func resume() throws {
        let cart = stage.spawn(try stage.cart().supervised(by: .resume))
        stage.tell(cart, .doing(persisting("apple").thenRun { _ in throw Failure("hook boom") }))
        #expect(try stage.add(cart, "banana")?.get() == ["apple", "banana"])
        #expect(try stage.stored().map { $0.prefix(1) } == ["1", "2"])
    }

    @Test("a hook that throws the error of a conflict does not make the command run again")
    func hookThrowsConflict() throws {
        let cart = stage.spawn(try stage.cart().withRetries(3).supervised(by: .resume))
        let conflict = ConcurrentModificationError(persistenceID: stage.id, expected: .number(7), actual: 9)
        stage.tell(cart, .doing(persisting("apple").thenRun { _ in throw conflict }))
        #expect(try stage.items(cart) == ["apple"])
        #expect(try stage.stored().count == 1)
    }

    @Test("thenStop stops also behind a hook that throws, whatever the strategy says")
    func stopAfterFailure() throws {
        let cart = stage.spawn(try stage.cart().supervised(by: .restart))
        stage.tell(cart, .doing(persisting("apple").thenRun { _ in throw Failure("hook boom") }.thenStop()))
        #expect(cart.isStopped)
        #expect(stage.log.entries.values.contains { $0.level == .error })
    }
}
