import Actors
import TestSupport
import Testing

private enum TimerMessage: Sendable {
    case start(String, after: Duration, repeating: Bool)
    case cancel(String)
    case fired(String)
}

/// Starts timers when told to and records when they fire.
private func timing(_ seen: Recorder<String>) -> Behavior<TimerMessage> {
    .receive { context, message in
        switch message {
        case .start(let key, let delay, let repeating):
            context.startTimer(key, after: delay, repeating: repeating, sending: .fired(key))
        case .cancel(let key):
            context.cancelTimer(key)
        case .fired(let key):
            seen.add("\(key) at \(context.now.microseconds / 1_000)")
        }
        return .same
    }
}

@Suite("step scheduler")
struct StepSchedulerTests {
    private let stage = Stage()
    private let seen = Recorder<String>()

    @Test("engine 145: a timer of 5 s has not fired at 3 s and has at 6 s")
    func single() {
        let actor = stage.system.spawn(timing(seen), name: "timing")
        actor.tell(.start("once", after: .seconds(5), repeating: false))
        stage.scheduler.advance(by: .seconds(3))
        #expect(seen.values.isEmpty)
        stage.scheduler.advance(by: .seconds(3))
        #expect(seen.values == ["once at 5000"])
        #expect(stage.scheduler.now == Timestamp.epoch.adding(.seconds(6)))
        #expect(stage.scheduler.pendingTimers == 0)
    }

    @Test("engine 145: a repeating timer of 1 s has fired 0, 1, 2 and 3 times at 0.5, 1.1, 2.1 and 3.1 s")
    func repeating() {
        let actor = stage.system.spawn(timing(seen), name: "timing")
        actor.tell(.start("tick", after: .seconds(1), repeating: true))
        var counts: [Int] = []
        for milliseconds in [500, 600, 1_000, 1_000] {
            stage.scheduler.advance(by: .milliseconds(milliseconds))
            counts.append(seen.values.count)
        }
        #expect(counts == [0, 1, 2, 3])
    }

    @Test("engine 145: a cancelled timer never fires, also when its message already waits")
    func cancelled() {
        let actor = stage.system.spawn(timing(seen), name: "timing")
        actor.tell(.start("never", after: .seconds(1), repeating: true))
        stage.scheduler.drain()
        stage.system.suspend(actor)
        stage.scheduler.advance(by: .seconds(2))
        #expect(stage.scheduler.pendingMessages == 2)
        stage.system.resume(actor)
        actor.tell(.cancel("never"))
        stage.scheduler.step()
        #expect(seen.values == ["never at 2000"])
        stage.scheduler.advance(by: .seconds(9))
        #expect(seen.values == ["never at 2000", "never at 2000"], "both came before the cancelling message")
        let other = stage.system.spawn(
            Behavior<TimerMessage>.receive { [seen] context, message in
                if case .fired(let key) = message {
                    seen.add(key)
                    context.cancelTimer("a")
                    context.cancelTimer("b")
                } else {
                    context.startTimer("a", after: .seconds(1), sending: .fired("a"))
                    context.startTimer("b", after: .seconds(1), sending: .fired("b"))
                }
                return .same
            }, name: "other")
        other.tell(.cancel(""))
        stage.scheduler.drain()
        stage.system.suspend(other)
        stage.scheduler.advance(by: .seconds(1))
        #expect(stage.scheduler.pendingMessages == 2)
        stage.system.resume(other)
        stage.scheduler.drain()
        #expect(seen.values.suffix(1) == ["a"], "b waited already when a's handler cancelled it")
    }

    @Test(
        "engine 145: a message forwarded to another actor leaves 1 pending after the first step and 0 after the second")
    func forwarding() {
        let received = Recorder<Int>()
        let receiver = stage.system.spawn(recording(into: received), name: "receiver")
        let forwarder = stage.system.spawn(
            Behavior<Int>.receive { _, message in
                receiver.tell(message)
                return .same
            }, name: "forwarder")
        forwarder.tell(1)
        #expect(stage.scheduler.step())
        #expect(stage.scheduler.pendingMessages == 1)
        #expect(stage.scheduler.step())
        #expect(stage.scheduler.pendingMessages == 0)
        #expect(received.values == [1])
        #expect(!stage.scheduler.step())
    }

    @Test("engine 145: three messages are handled in three steps: [1], [1, 2], [1, 2, 3]")
    func states() {
        let received = Recorder<Int>()
        let actor = stage.system.spawn(recording(into: received), name: "receiver")
        for number in 1...3 { actor.tell(number) }
        var states: [[Int]] = []
        while stage.scheduler.step() { states.append(received.values) }
        #expect(states == [[1], [1, 2], [1, 2, 3]])
    }

    @Test("engine 146: a repeating timer of 1 s fires three times when 3.5 s pass in one go")
    func inOneGo() {
        let actor = stage.system.spawn(timing(seen), name: "timing")
        actor.tell(.start("tick", after: .seconds(1), repeating: true))
        stage.scheduler.advance(by: .milliseconds(3_500))
        #expect(seen.values == ["tick at 1000", "tick at 2000", "tick at 3000"])
    }

    @Test("engine 146: timers fire in due order, and in the order they were set in where that is the same")
    func dueOrder() {
        let actor = stage.system.spawn(timing(seen), name: "timing")
        for (key, seconds) in [("late", 3), ("early", 1), ("middle", 2), ("also early", 1)] {
            actor.tell(.start(key, after: .seconds(seconds), repeating: false))
        }
        stage.scheduler.advance(by: .seconds(10))
        #expect(seen.values == ["early at 1000", "also early at 1000", "middle at 2000", "late at 3000"])
    }

    @Test("engine 146: a timer that is set when another fires is not lost, and fires in the same advance if it is due")
    func nested() {
        let chain = Behavior<Int>.receive { [seen] context, number in
            seen.add("\(number) at \(context.now.microseconds / 1_000)")
            context.startTimer("next", after: .milliseconds(700), sending: number + 1)
            return .same
        }
        stage.system.spawn(chain, name: "chain").tell(0)
        stage.scheduler.advance(by: .seconds(2))
        #expect(seen.values == ["0 at 0", "1 at 700", "2 at 1400"])
        stage.scheduler.advance(by: .milliseconds(100))
        #expect(seen.values.last == "3 at 2100")
    }

    @Test("engine 147: a receive time-out of 100 ms is a signal once no message came for so long")
    func receiveTimeout() {
        let behavior = Behavior<Int>.setup { [seen] context in
            context.setReceiveTimeout(.milliseconds(100))
            return .receive { context, _ in
                seen.add("message at \(context.now.microseconds / 1_000)")
                return .same
            }
        }.onSignal { [seen] context, signal in
            guard signal is ReceiveTimeout else { return .unhandled }
            seen.add("time-out at \(context.now.microseconds / 1_000)")
            return .stopped
        }
        let actor = stage.system.spawn(behavior, name: "entity")
        stage.scheduler.advance(by: .milliseconds(60))
        actor.tell(1)
        stage.scheduler.advance(by: .milliseconds(90))
        #expect(!actor.isStopped)
        stage.scheduler.advance(by: .milliseconds(10))
        #expect(actor.isStopped)
        #expect(seen.values == ["message at 60", "time-out at 160"])
        #expect(stage.scheduler.pendingTimers == 0)
    }

    @Test("mailboxes take turns, a message each")
    func fair() {
        let received = Recorder<String>()
        let actors = ["a", "b", "c"].map { name in
            stage.system.spawn(
                Behavior<Int>.receive { _, number in
                    received.add(name + "\(number)")
                    return .same
                }, name: name)
        }
        for actor in actors {
            for number in 1...2 { actor.tell(number) }
        }
        stage.scheduler.drain()
        #expect(received.values == ["a1", "b1", "c1", "a2", "b2", "c2"])
    }

    @Test("a step ends when the handler, the actors it calls and their continuations have ended")
    func continuations() {
        actor Store {
            private(set) var rows: [Int] = []
            func append(_ row: Int) async {
                await Task.yield()
                rows.append(row)
            }
        }
        let received = Recorder<Int>()
        let store = Store()
        let writer = stage.system.spawn(
            Behavior<Int>.receive { _, number in
                await store.append(number)
                await withTaskGroup(of: Void.self) { group in
                    for _ in 1...3 { group.addTask { await store.append(0) } }
                }
                received.add(await store.rows.count)
                return .same
            }, name: "writer")
        writer.tell(7)
        #expect(stage.scheduler.step())
        #expect(received.values == [4])
    }

    @Test("a closure that waits for what can't come is an error, and time moves on only as far as it may")
    func stalled() throws {
        let silent = stage.system.spawn(Behavior<ActorRef<Int>>.receive { _, _ in .same }, name: "silent")
        #expect(throws: StepSchedulerError.stalled(at: .epoch, timers: 1)) {
            try stage.scheduler.run { try await silent.ask(timeout: .seconds(5)) { $0 } }
        }
        #expect {
            try stage.scheduler.run(advancingAtMost: .seconds(9)) { try await silent.ask(timeout: .seconds(5)) { $0 } }
        } throws: { error in
            if case AskError.timedOut(let path, after: .seconds(5)) = error { return path == silent.path }
            return false
        }
        #expect(stage.scheduler.now == Timestamp.epoch.adding(.seconds(5)))
    }

    @Test("the same calls give the same trace")
    func deterministic() throws {
        func trace(seed: UInt64) throws -> [String] {
            let stage = Stage()
            let seen = Recorder<String>()
            var random = SeededRandom(seed: seed)
            var actors: [ActorRef<Int>] = []
            for index in 0..<8 {
                let peers = actors
                actors.append(
                    stage.system.spawn(
                        Behavior<Int>.receive { context, number in
                            seen.add("\(context.path) \(number) \(context.now)")
                            if number > 0 {
                                context.startTimer("t\(number % 3)", after: .milliseconds(number), sending: number / 2)
                                await Task.yield()
                                for peer in peers { peer.tell(number / 3) }
                            }
                            return .same
                        }, name: "actor-\(index)"))
            }
            for _ in 0..<50 {
                actors[Int(random.next() % 8)].tell(Int(random.next() % 100))
                if random.next() % 4 == 0 { stage.scheduler.advance(by: .milliseconds(random.next() % 40)) }
            }
            stage.scheduler.advance(by: .seconds(1))
            return seen.values
        }
        let first = try trace(seed: 42)
        #expect(first.count > 500)
        #expect(try trace(seed: 42) == first)
    }
}
