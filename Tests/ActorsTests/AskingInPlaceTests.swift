import Actors
import Glibc
import Testing

/// Where a handler ran.
private func here() -> UInt { UInt(pthread_self()) }

private enum RelayMessage: Sendable {
    /// Answers, and has the next message wait.
    case answer(replyTo: ActorRef<Int>, before: Gate)
    /// Answers, and does not end before the gate is open.
    case answerAndWait(replyTo: ActorRef<Int>, Gate)
    /// Does not end before the gate is open.
    case wait(Gate)
}

private enum LongWork: Sendable {
    /// Answers on which thread it runs, and has the other two follow.
    case answer(replyTo: ActorRef<UInt>, round: Int)
    /// Takes longer than an answer is held.
    case work
    /// Looks whether the asker of a round has its answer.
    case last(round: Int, answeredOn: UInt)
}

/// What one task waits for and another one opens.
private actor Gate {
    private var isOpen = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    func open() {
        isOpen = true
        for waiter in waiting { waiter.resume() }
        waiting = []
    }

    func pass() async {
        if !isOpen { await withCheckedContinuation { waiting.append($0) } }
    }
}

@Suite("Asking an actor that has nothing to do")
struct AskingInPlaceTests {
    @Test("who waits for the answer runs the actor on its own thread")
    func sameThread() async throws {
        let system = ActorSystem(name: "here")
        let actor = system.spawn(
            Behavior<ActorRef<UInt>>.receive { _, replyTo in
                replyTo.tell(here())
                return .same
            })
        // The first answer comes after the start, which is on another thread.
        _ = try await actor.ask(timeout: .seconds(600)) { $0 }
        let isSame = try await Task.detached {
            var count = 0
            for _ in 0..<100 {
                let before = here()
                let ran = try await actor.ask(timeout: .seconds(600)) { $0 }
                if ran == before { count += 1 }
            }
            return count
        }.value
        // The last activation may not have ended yet when the next ask comes; then it takes that one too.
        #expect(isSame > 50)
        await system.shutdown()
    }

    @Test("an answer is let go although the handler, or the next one, waits for what its asker does then")
    func letGo() async throws {
        let system = ActorSystem(name: "gate")
        let actor = system.spawn(
            Behavior<RelayMessage>.receive { context, message in
                switch message {
                case .answer(let replyTo, let gate):
                    replyTo.tell(1)
                    context.myself.tell(.wait(gate))
                case .answerAndWait(let replyTo, let gate):
                    replyTo.tell(2)
                    await gate.pass()
                case .wait(let gate): await gate.pass()
                }
                return .same
            })
        for _ in 0..<50 {
            let (first, second) = (Gate(), Gate())
            #expect(try await actor.ask(timeout: .seconds(600)) { .answer(replyTo: $0, before: first) } == 1)
            await first.open()
            #expect(try await actor.ask(timeout: .seconds(600)) { .answerAndWait(replyTo: $0, second) } == 2)
            await second.open()
        }
        await system.shutdown()
    }

    @Test("who runs the actor has its answer before a message that comes behind a long one")
    func longHandlers() async throws {
        let (system, rounds) = (ActorSystem(name: "long"), 50)
        let (answered, early) = (Recorder<Int>(), Recorder<Bool>())
        let actor = system.spawn(
            Behavior<LongWork>.receive { context, message in
                switch message {
                case .answer(let replyTo, let round):
                    replyTo.tell(here())
                    context.myself.tell(.work)
                    context.myself.tell(.last(round: round, answeredOn: here()))
                case .work:
                    let start = ContinuousClock.now
                    while ContinuousClock.now - start < .milliseconds(1) {}
                case .last(let round, let thread):
                    early.add(thread == here() && !answered.values.contains(round))
                }
                return .same
            })
        let inPlace = try await Task.detached {
            var count = 0
            for round in 0..<rounds {
                let before = here()
                let ran = try await actor.ask(timeout: .seconds(600)) { .answer(replyTo: $0, round: round) }
                answered.add(round)
                if ran == before { count += 1 }
                // The actor runs in place only where it has nothing else to do.
                while early.values.count <= round { await Task.yield() }
                for _ in 0..<100 { await Task.yield() }
            }
            return count
        }.value
        await system.shutdown()
        #expect(inPlace > 0)
        // Elsewhere the same thread may happen to take the last message before its asker.
        #expect(early.values.count { $0 } * 2 <= inPlace)
    }

    @Test("actors that ask one another in a long row are all answered")
    func row() async throws {
        let system = ActorSystem(name: "row")
        var next: ActorRef<ActorRef<Int>>?
        for _ in 0..<40 {
            let further = next
            next = system.spawn(
                Behavior.receive { _, replyTo in
                    let below = if let further { try await further.ask(timeout: .seconds(600)) { $0 } } else { 0 }
                    replyTo.tell(below + 1)
                    return .same
                })
        }
        let top = try #require(next)
        #expect(try await top.ask(timeout: .seconds(600)) { $0 } == 40)
        await system.shutdown()
    }

    @Test("many askers at once: each is answered with its own number, in every round")
    func many() async throws {
        let system = ActorSystem(name: "many")
        let actor = system.spawn(
            Behavior<(Int, ActorRef<Int>)>.receive { _, message in
                message.1.tell(message.0)
                return .same
            })
        try await withThrowingTaskGroup(of: Void.self) { group in
            for asker in 0..<64 {
                group.addTask {
                    for round in 0..<100 {
                        let number = asker * 1_000 + round
                        let answer = try await actor.ask(timeout: .seconds(600)) { (number, $0) }
                        #expect(answer == number)
                    }
                }
            }
            try await group.waitForAll()
        }
        await system.shutdown()
    }

    @Test("the main actor's thread is left alone")
    @MainActor
    func mainActor() async throws {
        let system = ActorSystem(name: "main")
        let actor = system.spawn(
            Behavior<ActorRef<UInt>>.receive { _, replyTo in
                replyTo.tell(here())
                return .same
            })
        for _ in 0..<20 {
            let ran = try await actor.ask(timeout: .seconds(600)) { $0 }
            #expect(ran != here())
        }
        await system.shutdown()
    }
}
