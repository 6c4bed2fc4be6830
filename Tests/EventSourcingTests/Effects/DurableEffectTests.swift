import Actors
import Testing

@testable import EventSourcing

@Suite("Effects on a durable state")
struct DurableEffectTests {
    private let system = ActorSystem(name: "test", scheduler: StepScheduler())

    @Test("engine 56: persist keeps its state")
    func persist() {
        let effect = AccountEffect.persist(Account(100))
        #expect(effect.kind == .persist)
        #expect(effect.state == Account(100))
        #expect(effect.hookCount == 0)
    }

    @Test(
        "engine 56: an effect that persists nothing has no state, no reply and no hooks",
        arguments: [
            (AccountEffect.none, AccountEffect.Kind.none), (.delete, .delete), (.unhandled, .unhandled),
            (.stash, .stash), (.stop, .stop),
        ])
    func simple(effect: AccountEffect, kind: AccountEffect.Kind) {
        #expect(effect.kind == kind)
        #expect(effect.state == nil)
        #expect(effect.replyTarget == nil && effect.replyMessage == nil)
        #expect(effect.hookCount == 0)
    }

    @Test("engine 56: a reply holds its target and its message, and is not sent by being made")
    func reply() {
        let seen = Recorder<String>()
        let target = ActorRef<String>.capturing(in: system) { seen.add($0) }
        let effect = AccountEffect.reply(to: target, "hello")
        #expect(effect.kind == .reply)
        #expect(effect.replyTarget == target.path)
        #expect(effect.replyMessage as? String == "hello")
        #expect(seen.values.isEmpty)
    }

    @Test("engine 56: thenRun and thenReply are kept, and thenReply computes its message from the state")
    func hooks() async throws {
        let seen = Recorder<Double>()
        let target = ActorRef<Double>.capturing(in: system) { seen.add($0) }
        let effect = AccountEffect.persist(Account(100)).thenRun { seen.add(-$0.balance) }
            .thenReply(to: target) { $0.balance }
        #expect(effect.hookCount == 2)
        for hook in effect.hooks {
            switch hook.bound(to: Account(7)) {
            case .run(let body): try await body()
            case .reply(let reply):
                #expect(reply.recipient.path == target.path)
                reply.send()
            case .keep, .stop, .unstashAll: Issue.record("a hook that was not asked for")
            }
        }
        #expect(seen.values == [-7, 7])
    }

    @Test("engine 56: chaining returns a new effect and leaves the one before as it was")
    func chaining() {
        let original = AccountEffect.persist(Account(100))
        let one = original.thenRun { _ in }
        let three = one.thenStop().thenUnstashAll()
        #expect([original, one, three].map(\.hookCount) == [0, 1, 3])
        #expect(three.state == original.state)
    }
}
