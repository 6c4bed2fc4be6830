import Actors
import Testing

private enum DeskMessage: Sendable {
    case number(Int)
    case echo(Int, replyTo: ActorRef<Int>)
    case stash(Int)
    case unstash
}

/// Stashes what it is told to, and records the numbers.
private func desk(_ seen: Recorder<Int>) -> Behavior<DeskMessage> {
    .receive { context, message in
        switch message {
        case .number(let number): seen.add(number)
        case .echo(let number, let replyTo): replyTo.tell(number)
        case .stash(let number): if seen.values.contains(0) { seen.add(number) } else { try context.stash() }
        case .unstash:
            seen.add(0)
            context.unstashAll()
        }
        return .same
    }
}

@Suite("mailboxes")
struct MailboxTests {
    private let stage = Stage()
    private let seen = Recorder<Int>()

    @Test("a full mailbox refuses the newest message: a dead letter with its sender, and the asker is told at once")
    func overflow() throws {
        let actor = stage.system.spawn(try desk(seen).withMailbox(atMost: 2), name: "desk")
        let sender = stage.system.spawn(desk(Recorder()), name: "sender")
        actor.tell(.number(1))
        actor.tell(.number(2))
        actor.tell(.number(3), from: sender)
        let answer = actor.askLater(timeout: .seconds(1)) { .echo(4, replyTo: $0) }
        guard case .failure(.rejected(let error as MailboxOverflowError)) = answer.result else {
            Issue.record("the ask ended with \(String(describing: answer.result))")
            return
        }
        #expect(error.actor == actor.path)
        #expect(error.capacity == 2)
        #expect(
            error.description
                == "2 messages wait for /desk, which takes no more until it has handled some; ask again later.")
        #expect(stage.scheduler.pendingTimers == 0)
        let letters = stage.system.deadLetters.recent
        #expect(letters.map(\.reason) == [.mailboxOverflow(capacity: 2), .mailboxOverflow(capacity: 2)])
        #expect(
            letters.first?.description
                == "A message of type DeskMessage for /desk from /sender was not handled: the recipient's mailbox is full (2 messages)."
        )
        stage.scheduler.drain()
        #expect(seen.values == [1, 2])
    }

    @Test("there is room again as soon as a message is taken out, also while others of its batch wait")
    func room() throws {
        let actor = stage.system.spawn(try desk(seen).withMailbox(atMost: 3), name: "desk")
        for number in 1...4 { actor.tell(.number(number)) }
        stage.scheduler.step()
        for number in 5...6 { actor.tell(.number(number)) }
        stage.scheduler.drain()
        #expect(seen.values == [1, 2, 3, 5])
        #expect(stage.system.deadLetters.count == 2)
    }

    @Test("what is stashed does not count, and is put back even into a full mailbox")
    func stash() throws {
        let actor = stage.system.spawn(try desk(seen).withMailbox(atMost: 2), name: "desk")
        for number in 1...2 { actor.tell(.stash(number)) }
        stage.scheduler.drain()
        for message in [DeskMessage.unstash, .number(3)] { actor.tell(message) }
        stage.scheduler.drain()
        #expect(seen.values == [0, 1, 2, 3])
        #expect(stage.deadLetters.isEmpty)
    }

    @Test("the bound is that of the spawned behavior: modifiers keep it, and another behavior does not change it")
    func modifiers() throws {
        let bounded = try Behavior<Int>.receive { [seen] _, number in
            seen.add(number)
            return recording(into: seen)
        }.withMailbox(atMost: 1).supervised(by: .restart).onSignal { _, _ in .unhandled }
        let actor = stage.system.spawn(bounded, name: "actor")
        for _ in 1...3 {
            for number in 1...2 { actor.tell(number) }
            stage.scheduler.drain()
        }
        #expect(seen.values == [1, 1, 1])
    }

    @Test("without a bound any number of messages waits", arguments: [100_000])
    func unbounded(count: Int) {
        let actor = stage.system.spawn(recording(into: seen), name: "actor")
        for number in 1...count { actor.tell(number) }
        #expect(stage.scheduler.pendingMessages == count)
        stage.scheduler.drain()
        #expect(seen.values.count == count)
        #expect(stage.deadLetters.isEmpty)
    }

    @Test("a bound below 1 is refused when the behavior is built", arguments: [0, -1, Int.min])
    func illegal(capacity: Int) {
        let error = #expect(throws: MailboxCapacityError.self) {
            try desk(seen).withMailbox(atMost: capacity)
        }
        #expect(
            error?.description == "A mailbox can't be bounded at \(capacity); it must hold at least 1 message.")
    }

    @Test("live: with many senders no more wait than may, and each message is handled or a dead letter")
    func live() async throws {
        let system = ActorSystem(name: "live")
        let actor = system.spawn(try desk(seen).withMailbox(atMost: 10), name: "desk")
        await withTaskGroup(of: Void.self) { group in
            for sender in 1...4 {
                group.addTask {
                    for number in 1...2_000 { actor.tell(.number(sender * 10_000 + number)) }
                }
            }
        }
        await system.shutdown()
        #expect(seen.values.count + system.deadLetters.count == 8_000)
        for sender in 1...4 {
            let own = seen.values.filter { $0 / 10_000 == sender }
            #expect(own == own.sorted())
        }
    }
}
