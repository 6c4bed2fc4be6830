import Actors
import Testing

private enum GateMessage: Sendable, Equatable {
    case open
    case fail
    case number(Int)
    case echo(Int, replyTo: ActorRef<Int>)
}

/// Stashes until it is opened.
private func gate(_ seen: Recorder<Int>, capacity: Int = 1_000) -> Behavior<GateMessage> {
    .receive { context, message in
        context.stashCapacity = capacity
        switch message {
        case .open:
            context.unstashAll()
            return open(seen)
        case .fail:
            throw Failure("boom")
        case .number, .echo:
            try context.stash()
            return .same
        }
    }
}

private func open(_ seen: Recorder<Int>) -> Behavior<GateMessage> {
    .receive { _, message in
        switch message {
        case .number(let number): seen.add(number)
        case .echo(let number, let replyTo): replyTo.tell(number)
        case .open, .fail: return .unhandled
        }
        return .same
    }
}

@Suite("stash")
struct StashTests {
    @Test("engine 142: 1 and 2 are stashed and put back while 3 and 4 wait: 1, 2, 3, 4")
    func order() {
        let stage = Stage()
        let seen = Recorder<Int>()
        let actor = stage.system.spawn(gate(seen), name: "gate")
        for message in [GateMessage.number(1), .number(2), .open, .number(3), .number(4)] { actor.tell(message) }
        stage.scheduler.drain()
        #expect(seen.values == [1, 2, 3, 4])
    }

    @Test("engine 143: the third message for a stash of two is an overflow error, a dead letter and a rejected ask")
    func overflow() {
        let stage = Stage()
        let actor = stage.system.spawn(gate(Recorder(), capacity: 2).supervised(by: .resume), name: "gate")
        actor.tell(.number(1))
        actor.tell(.number(2))
        let answer = actor.askLater(timeout: .seconds(1)) { .echo(3, replyTo: $0) }
        stage.scheduler.drain()
        guard case .failure(.rejected(let error as StashOverflowError)) = answer.result else {
            Issue.record("the ask ended with \(String(describing: answer.result))")
            return
        }
        #expect(error.capacity == 2)
        #expect(error.count == 2)
        #expect(stage.system.deadLetters.recent.map(\.reason) == [.stashOverflow(capacity: 2)])
        #expect(!actor.isStopped)
    }

    @Test("a stash outlives a restart, and the ask of a stashed message is still answered")
    func restart() {
        let stage = Stage()
        let seen = Recorder<Int>()
        let actor = stage.system.spawn(gate(seen).supervised(by: .restart), name: "gate")
        actor.tell(.number(1))
        let answer = actor.askLater(timeout: .seconds(1)) { .echo(2, replyTo: $0) }
        actor.tell(.fail)
        actor.tell(.number(3))
        actor.tell(.open)
        stage.scheduler.drain()
        #expect(seen.values == [1, 3])
        #expect(answer.value == 2)
    }

    @Test("what is still stashed when the actor stops is a dead letter, before what waits in the mailbox")
    func stop() {
        let stage = Stage()
        let actor = stage.system.spawn(gate(Recorder()), name: "gate")
        actor.tell(.number(1))
        let answer = actor.askLater(timeout: .seconds(1)) { .echo(2, replyTo: $0) }
        stage.scheduler.drain()
        stage.system.suspend(actor)
        actor.tell(.number(3))
        stage.system.stop(actor)
        stage.scheduler.drain()
        #expect(stage.system.deadLetters.recent.map(\.reason) == Array(repeating: .recipientStopped, count: 3))
        #expect(stage.system.deadLetters.recent.first?.message as? GateMessage == .number(1))
        #expect(stage.system.deadLetters.recent.last?.message as? GateMessage == .number(3))
        guard case .failure(.stopped(let path)) = answer.result else {
            Issue.record("the ask ended with \(String(describing: answer.result))")
            return
        }
        #expect(path == actor.path)
    }

    @Test("stashing many and putting them back keeps the order of all")
    func many() {
        let stage = Stage()
        let seen = Recorder<Int>()
        let actor = stage.system.spawn(gate(seen), name: "gate")
        for number in 0..<500 { actor.tell(.number(number)) }
        actor.tell(.open)
        for number in 500..<1_000 { actor.tell(.number(number)) }
        stage.scheduler.drain()
        #expect(seen.values == Array(0..<1_000))
    }
}

extension PendingReply {
    /// The answer, if it came.
    var value: Reply? { try? result?.get() }
}
