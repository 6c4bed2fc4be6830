import Testing

@testable import Actors

@Suite("the reply end of an ask")
struct AskReplyTests {
    @Test("has one outcome, which all who wait are told, however many settle it at once")
    func race() async throws {
        let system = ActorSystem(name: "asks")
        let actor = system.spawn(Behavior<Int>.receive { _, _ in .same }, name: "silent")
        for round in 0..<500 {
            let reply = AskReply(asked: actor.recipient, timeout: .seconds(3_600))
            let told = await withTaskGroup(of: String?.self) { group in
                for waiter in 0..<3 {
                    group.addTask { "\(Self.name(await reply.wait()))" }
                    group.addTask {
                        if waiter == 1 {
                            _ = reply.admit(MessageEnvelope(waiter))
                        } else {
                            reply.fail(.rejected(Cause(waiter)))
                        }
                        return nil
                    }
                }
                return await group.reduce(into: [String]()) { if let name = $1 { $0.append(name) } }
            }
            let outcome = try #require(reply.outcome, "round \(round)")
            #expect(told == Array(repeating: Self.name(outcome), count: 3), "round \(round)")
        }
        await system.shutdown()
    }

    @Test("takes its deadline back when it is answered, so that nothing of it stays with the scheduler")
    func deadline() throws {
        let scheduler = StepScheduler()
        let system = ActorSystem(name: "asks", scheduler: scheduler)
        let echo = system.spawn(
            Behavior<ActorRef<Int>>.receive { _, replyTo in
                replyTo.tell(1)
                return .same
            }, name: "echo")
        weak var answered: AskReply?
        do {
            let pending: PendingReply<Int> = echo.askLater(timeout: .seconds(60)) { $0 }
            answered = pending.reply
            #expect(scheduler.pendingTimers == 1)
            scheduler.drain()
            #expect(try pending.result?.get() == 1)
            #expect(scheduler.pendingTimers == 0)
        }
        #expect(answered == nil)
    }

    @Test("may be answered before the message is even sent, by whoever was given the address, and leaves no deadline")
    func early() async throws {
        let scheduler = StepScheduler()
        let system = ActorSystem(name: "asks", scheduler: scheduler)
        let silent = system.spawn(Behavior<Int>.receive { _, _ in .same }, name: "silent")
        let pending: PendingReply<Int> = silent.askLater(timeout: .seconds(3_600)) { replyTo in
            replyTo.tell(7)
            return 1
        }
        #expect(try pending.result?.get() == 7)
        #expect(scheduler.pendingTimers == 0)

        let live = ActorSystem(name: "live")
        let other = live.spawn(Behavior<Int>.receive { _, _ in .same }, name: "silent")
        for round in 0..<500 {
            let answer: Int = try await other.ask(timeout: .seconds(3_600)) { replyTo in
                Task.detached { replyTo.tell(round) }
                return 1
            }
            #expect(answer == round)
        }
        await live.shutdown()
    }

    private static func name(_ outcome: AskReply.Outcome) -> String {
        switch outcome {
        case .answered: "answered"
        case .failed(.rejected(let error)): "\(error)"
        case .failed(let error): "\(error)"
        }
    }
}

private struct Cause: Error, CustomStringConvertible {
    let description: String
    init(_ number: Int) { description = "cause \(number)" }
}
