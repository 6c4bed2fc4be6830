import Actors
import Testing

@testable import EventSourcing

@Suite("Effects")
struct EffectTests {
    private let system = ActorSystem(name: "test", scheduler: StepScheduler())

    @Test("engine 51: persist keeps its events in their order", arguments: [2, 5])
    func persist(count: Int) {
        let events = (1...count).map { CartEvent.added("item-\($0)") }
        let effect = CartEffect.persist(events)
        #expect(effect.kind == .persist)
        #expect(effect.events == events)
        #expect(CartEffect.persist(events[0], events[1]).events == Array(events.prefix(2)))
    }

    @Test(
        "engine 52: an effect that persists nothing has no events, no reply and no hooks",
        arguments: [
            (CartEffect.none, CartEffect.Kind.none), (.unhandled, .unhandled), (.stash, .stash), (.stop, .stop),
        ])
    func simple(effect: CartEffect, kind: CartEffect.Kind) {
        #expect(effect.kind == kind)
        #expect(effect.events.isEmpty)
        #expect(effect.replyTarget == nil && effect.replyMessage == nil)
        #expect(effect.hookCount == 0)
    }

    @Test("engine 53: a reply holds its target and its message, and is not sent by being made")
    func reply() {
        let seen = Recorder<String>()
        let target = ActorRef<String>.capturing(in: system) { seen.add($0) }
        let effect = CartEffect.reply(to: target, "hello")
        #expect(effect.kind == .reply)
        #expect(effect.replyTarget == target.path)
        #expect(effect.replyMessage as? String == "hello")
        #expect(seen.values.isEmpty)
    }

    @Test("engine 54: thenRun and thenReply are kept, and thenReply computes its message from the state")
    func hooks() async throws {
        let seen = Recorder<[String]>()
        let target = ActorRef<[String]>.capturing(in: system) { seen.add($0) }
        let effect = CartEffect.persist(.added("apple"))
            .thenRun { seen.add(["run"] + $0.items) }.thenReply(to: target) { $0.items }
        let cart = Cart(items: ["apple"])
        #expect(effect.hookCount == 2)
        for hook in effect.hooks {
            switch hook.bound(to: cart) {
            case .run(let body): try await body()
            case .reply(let reply):
                #expect(reply.recipient.path == target.path)
                reply.send()
            case .keep, .stop, .unstashAll: Issue.record("a hook that was not asked for")
            }
        }
        #expect(seen.values == [["run", "apple"], ["apple"]])
    }

    @Test("engine 55: chaining returns a new effect and leaves the one before as it was")
    func chaining() {
        let original = CartEffect.persist(.added("apple"))
        let one = original.thenRun { _ in }
        let three = one.thenStop().thenUnstashAll()
        #expect([original, one, three].map(\.hookCount) == [0, 1, 3])
        #expect(three.events == original.events)
    }
}
