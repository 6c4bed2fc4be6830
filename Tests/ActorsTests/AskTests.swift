import Actors
import Testing

private enum DeskMessage: Sendable {
    case echo(Int, replyTo: ActorRef<Int>)
    case twice(replyTo: ActorRef<Int>)
    case keep(replyTo: ActorRef<Int>)
    case answerKept
    case fail(replyTo: ActorRef<Int>)
    case reject(replyTo: ActorRef<Int>)
    case unknown(replyTo: ActorRef<Int>)
    case unhandled(replyTo: ActorRef<Int>)
}

private func desk(kept: ActorRef<Int>? = nil) -> Behavior<DeskMessage> {
    .receive { context, message in
        switch message {
        case .echo(let number, let replyTo):
            replyTo.tell(number)
        case .twice(let replyTo):
            replyTo.tell(1)
            replyTo.tell(2)
        case .keep(let replyTo):
            return desk(kept: replyTo)
        case .answerKept:
            kept?.tell(7)
        case .fail:
            throw Failure("boom")
        case .reject:
            context.reject(Failure("no"))
        case .unknown:
            context.rejectUnknownOutcome(Failure("ask again with command id 9"))
        case .unhandled:
            return .unhandled
        }
        return .same
    }
}

@Suite("ask")
struct AskTests {
    private let stage = Stage()
    private let actor: ActorRef<DeskMessage>

    init() {
        actor = stage.system.spawn(desk().supervised(by: .resume), name: "desk")
    }

    private func ask(_ make: (ActorRef<Int>) -> DeskMessage) -> Result<Int, AskError>? {
        let pending = actor.askLater(timeout: .seconds(1), make)
        stage.scheduler.drain()
        return pending.result
    }

    @Test("an ask gets its answer, and leaves no deadline behind")
    func answer() throws {
        let number = try stage.scheduler.run { [actor] in
            try await actor.ask(timeout: .seconds(1)) { .echo(5, replyTo: $0) }
        }
        #expect(number == 5)
        #expect(stage.scheduler.pendingTimers == 0)
    }

    @Test("when the handler throws, the asker is rejected with the error at once")
    func handlerThrows() {
        guard case .failure(.rejected(let error)) = ask({ .fail(replyTo: $0) }) else {
            Issue.record("the ask was not rejected")
            return
        }
        #expect(error as? Failure == Failure("boom"))
        #expect(stage.scheduler.now == .epoch)
        #expect(stage.scheduler.pendingTimers == 0)
    }

    @Test("a handler can reject an ask and go on without failing")
    func reject() {
        guard case .failure(.rejected(let error)) = ask({ .reject(replyTo: $0) }) else {
            Issue.record("the ask was not rejected")
            return
        }
        #expect(error as? Failure == Failure("no"))
        #expect(stage.log.entries.values.isEmpty)
    }

    @Test("a handler can say that the outcome is unknown, and how to find out")
    func outcomeUnknown() {
        guard case .failure(.outcomeUnknown(let error)) = ask({ .unknown(replyTo: $0) }) else {
            Issue.record("the outcome was not unknown")
            return
        }
        #expect(error as? Failure == Failure("ask again with command id 9"))
    }

    @Test("an ask that the behavior does not handle is rejected, and is a dead letter")
    func unhandled() {
        guard case .failure(.rejected(let error)) = ask({ .unhandled(replyTo: $0) }) else {
            Issue.record("the ask was not rejected")
            return
        }
        #expect((error as? UnhandledMessageError)?.description == "/desk does not handle this DeskMessage now.")
        #expect(stage.system.deadLetters.recent.map(\.reason) == [.unhandled])
    }

    @Test("an ask times out at its deadline, and an answer after it is a dead letter")
    func timeOut() {
        let pending = actor.askLater(timeout: .seconds(1)) { .keep(replyTo: $0) }
        stage.scheduler.advance(by: .milliseconds(999))
        #expect(pending.result == nil)
        stage.scheduler.advance(by: .milliseconds(1))
        guard case .failure(.timedOut(let path, after: .seconds(1))) = pending.result else {
            Issue.record("the ask ended with \(String(describing: pending.result))")
            return
        }
        #expect(path == actor.path)
        actor.tell(.answerKept)
        stage.scheduler.drain()
        #expect(stage.deadLetters == ["7: the answer came after the ask's deadline"])
    }

    @Test("a second answer is a dead letter, and the first one counts")
    func secondAnswer() {
        #expect(ask { .twice(replyTo: $0) }?.success == 1)
        #expect(stage.deadLetters == ["2: the ask had been answered before"])
    }

    @Test("an answer may come after the handler has returned")
    func laterAnswer() {
        let pending = actor.askLater(timeout: .seconds(1)) { .keep(replyTo: $0) }
        stage.scheduler.drain()
        actor.tell(.answerKept)
        stage.scheduler.drain()
        #expect(pending.result?.success == 7)
    }

    @Test("asking an actor that has stopped fails at once, as do asks that wait when it stops")
    func stopped() {
        let waiting = actor.askLater(timeout: .seconds(1)) { .echo(1, replyTo: $0) }
        stage.system.stop(actor)
        stage.scheduler.drain()
        let late = actor.askLater(timeout: .seconds(1)) { .echo(2, replyTo: $0) }
        for pending in [waiting, late] {
            guard case .failure(.stopped(let path)) = pending.result else {
                Issue.record("the ask ended with \(String(describing: pending.result))")
                return
            }
            #expect(path == actor.path)
        }
        #expect(stage.scheduler.pendingTimers == 0)
    }

    @Test("an actor can ask another one within its handler, and its own messages wait meanwhile")
    func askWithin() {
        let seen = Recorder<String>()
        let asking = stage.system.spawn(
            Behavior<Int>.receive { [actor] _, number in
                seen.add("asks \(number)")
                let answer = try await actor.ask(timeout: .seconds(1)) { .echo(number * 10, replyTo: $0) }
                seen.add("got \(answer)")
                return .same
            }, name: "asking")
        asking.tell(1)
        asking.tell(2)
        stage.scheduler.step()
        #expect(seen.values == ["asks 1"])
        stage.scheduler.drain()
        #expect(seen.values == ["asks 1", "got 10", "asks 2", "got 20"])
    }

    @Test("an actor that asks itself within its handler times out instead of hanging")
    func askMyself() {
        let selfAsking = Behavior<DeskMessage>.receive { context, _ in
            _ = try await context.myself.ask(timeout: .seconds(1)) { DeskMessage.echo(1, replyTo: $0) }
            return .same
        }
        let asking = stage.system.spawn(selfAsking, name: "self")
        let pending = asking.askLater(timeout: .seconds(5)) { .echo(1, replyTo: $0) }
        stage.scheduler.advance(by: .seconds(1))
        guard case .failure(.rejected(AskError.timedOut)) = pending.result else {
            Issue.record("the ask ended with \(String(describing: pending.result))")
            return
        }
    }

    @Test("several tasks may wait for one answer")
    func severalWaiters() throws {
        let pending = actor.askLater(timeout: .seconds(1)) { .echo(3, replyTo: $0) }
        let answers = try stage.scheduler.run {
            async let first = pending.value()
            async let second = pending.value()
            return try await [first, second]
        }
        #expect(answers == [3, 3])
    }

    @Test("an error says what happened and to whom")
    func descriptions() {
        #expect(
            AskError.timedOut(actor.path, after: .seconds(2)).description == "/desk did not answer within 2.0 seconds.")
        #expect(AskError.stopped(actor.path).description == "/desk has stopped and will not answer.")
        #expect(AskError.rejected(Failure("no")).description == "The message was rejected: no")
    }
}

extension Result {
    fileprivate var success: Success? { try? get() }
}
