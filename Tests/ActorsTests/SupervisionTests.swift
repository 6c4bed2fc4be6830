import Actors
import Testing

@Suite("supervision")
struct SupervisionTests {
    private func countAfterFailure(_ strategy: SupervisionStrategy) throws -> Int {
        let stage = Stage()
        let actor = stage.system.spawn(counter().supervised(by: strategy), name: "counter")
        actor.tell(.increment)
        actor.tell(.increment)
        actor.tell(.fail("boom"))
        return try stage.scheduler.run {
            try await actor.ask(timeout: .seconds(1)) { .read(replyTo: $0) }
        }
    }

    @Test("engine 135: a restart resets the state in memory from 2 to 0")
    func restart() throws {
        #expect(try countAfterFailure(.restart) == 0)
    }

    @Test("engine 136: a directive of stop stops the actor, and resume keeps its 2")
    func stopAndResume() throws {
        #expect(try countAfterFailure(.resume) == 2)
        let stage = Stage()
        let actor = stage.system.spawn(counter().supervised(by: .stop), name: "counter")
        actor.tell(.fail("boom"))
        stage.scheduler.drain()
        #expect(actor.isStopped)
        #expect(stage.system.children.isEmpty)
    }

    @Test("an actor without a strategy stops when it fails, and the failure is logged")
    func noStrategy() {
        let stage = Stage()
        let actor = stage.system.spawn(counter(), name: "counter")
        actor.tell(.fail("boom"))
        stage.scheduler.drain()
        #expect(actor.isStopped)
        #expect(stage.log.entries.values.map(\.actor?.description) == ["/counter"])
        #expect(stage.log.entries.values.first?.fields.first?.value == "boom")
    }

    @Test("engine 138: PreRestart carries the cause to the old behavior, PostRestart to the new one")
    func restartSignals() {
        let stage = Stage()
        let seen = Recorder<String>()
        let starts = Recorder<Int>()
        let behavior = Behavior<CounterMessage>.setup { _ in
            starts.add(1)
            let life = starts.values.count
            return counter().onSignal { _, signal in
                switch signal {
                case is PreStart: seen.add("life \(life): started")
                case let signal as PreRestart: seen.add("life \(life): before restart, \(signal.cause)")
                case let signal as PostRestart: seen.add("life \(life): after restart, \(signal.cause)")
                default: return .unhandled
                }
                return .same
            }
        }
        let actor = stage.system.spawn(behavior.supervised(by: .restart), name: "counter")
        actor.tell(.fail("boom"))
        stage.scheduler.drain()
        #expect(
            seen.values == ["life 1: started", "life 1: before restart, boom", "life 2: after restart, boom"])
    }

    @Test("engine 140: an escalated failure reaches the parent as ChildFailed, and the child is stopped")
    func escalate() {
        let stage = Stage()
        let seen = Recorder<String>()
        let spawned = Recorder<ActorRef<CounterMessage>>()
        let parent = Behavior<Int>.setup { context in
            spawned.add(context.spawn(counter().supervised(by: .escalate), name: "child"))
            return .receive { _, _ in .same }
        }.onSignal { context, signal in
            guard let failed = signal as? ChildFailed else { return .unhandled }
            seen.add("\(failed.child.path): \(failed.cause), stopped: \(failed.child.isStopped)")
            seen.add("children: \(context.children.count)")
            return .same
        }
        let top = stage.system.spawn(parent, name: "parent")
        stage.scheduler.drain()
        spawned.values[0].tell(.fail("child boom"))
        stage.scheduler.drain()
        #expect(seen.values == ["/parent/child: child boom, stopped: true", "children: 0"])
        #expect(spawned.values[0].isStopped)
        #expect(!top.isStopped)
    }

    @Test("a parent that leaves ChildFailed unhandled fails with the same cause")
    func escalateFurther() {
        let stage = Stage()
        let spawned = Recorder<ActorRef<CounterMessage>>()
        let parent = Behavior<Int>.setup { context in
            spawned.add(context.spawn(counter().supervised(by: .escalate), name: "child"))
            return .receive { _, _ in .same }
        }
        let top = stage.system.spawn(parent, name: "parent")
        stage.scheduler.drain()
        spawned.values[0].tell(.fail("child boom"))
        stage.scheduler.drain()
        #expect(top.isStopped)
    }

    @Test("engine 141: a setup that throws is an initialization error, and the actor is stopped")
    func setupFails() throws {
        let stage = Stage()
        let behavior = Behavior<CounterMessage>.setup { _ in throw Failure("initialization boom") }
        let actor = stage.system.spawn(behavior, name: "counter")
        let answer = actor.askLater(timeout: .seconds(1)) { CounterMessage.read(replyTo: $0) }
        actor.tell(.increment)
        stage.scheduler.drain()
        #expect(actor.isStopped)
        guard case .failure(.rejected(let error as Failure)) = answer.result else {
            Issue.record("the ask ended with \(String(describing: answer.result))")
            return
        }
        #expect(error.description == "initialization boom")
        #expect(
            stage.system.deadLetters.recent.last?.reason
                == .recipientFailedToStart("/counter could not start: initialization boom"))
    }

    @Test("a setup that fails for a while is tried again with a growing wait, and messages wait for it in order")
    func backOff() {
        let stage = Stage()
        let attempts = Recorder<Timestamp>()
        let seen = Recorder<Int>()
        let behavior = Behavior<Int>.setup { context in
            attempts.add(context.now)
            if attempts.values.count < 4 { throw Failure("store is away") }
            return recording(into: seen)
        }.supervised(
            by: .restart(
                atMost: 10, within: .seconds(60), backOff: .init(initial: .seconds(1), maximum: .seconds(3))))
        let actor = stage.system.spawn(behavior, name: "entity")
        for number in 1...3 { actor.tell(number) }
        stage.scheduler.advance(by: .seconds(10))
        #expect(attempts.values.map { $0.duration(since: .epoch) } == [.zero, .seconds(1), .seconds(3), .seconds(6)])
        #expect(seen.values == [1, 2, 3])
    }

    @Test("an actor that is restarted too often within the window stops")
    func tooManyRestarts() {
        let stage = Stage()
        let actor = stage.system.spawn(
            counter().supervised(by: .restart(atMost: 2, within: .seconds(10))), name: "counter")
        for _ in 1...2 { actor.tell(.fail("boom")) }
        stage.scheduler.advance(by: .seconds(10))
        #expect(!actor.isStopped)
        for _ in 1...2 { actor.tell(.fail("boom")) }
        stage.scheduler.drain()
        #expect(!actor.isStopped, "the first two failures are out of the window by now")
        actor.tell(.fail("boom"))
        stage.scheduler.drain()
        #expect(actor.isStopped)
    }

    @Test("a strategy decides by the error")
    func deciding() throws {
        let strategy = SupervisionStrategy.deciding { ($0 as? Failure) == Failure("boom") ? .resume : .stop }
        #expect(try countAfterFailure(strategy) == 2)
    }

    @Test("a restart stops the children first")
    func restartStopsChildren() {
        let stage = Stage()
        let seen = Recorder<String>()
        let child = Behavior<Int>.receive { _, _ in .same }.onSignal { _, signal in
            if signal is PostStop { seen.add("child stopped") }
            return .same
        }
        let parent = Behavior<Int>.setup { context in
            seen.add("parent set up")
            context.spawn(child, name: "child")
            return .receive { _, _ in throw Failure("boom") }
        }.supervised(by: .restart)
        stage.system.spawn(parent, name: "parent").tell(1)
        stage.scheduler.drain()
        #expect(seen.values == ["parent set up", "child stopped", "parent set up"])
    }

    // MARK: - Back-off

    @Test("the wait grows as long as the failures go on, and begins anew after the quiet period, not before")
    func backOffResets() {
        let stage = Stage()
        let starts = Recorder<Timestamp>()
        let behavior = Behavior<CounterMessage>.setup { context in
            starts.add(context.now)
            return counter()
        }.supervised(
            by: .restart(
                atMost: 100, within: .seconds(5),
                backOff: .init(initial: .seconds(1), maximum: .seconds(8), resettingAfter: .seconds(20))))
        let actor = stage.system.spawn(behavior, name: "counter")
        var waits: [Duration] = []
        for quiet in [0, 0, 0, 0, 19, 20, 0] {
            stage.scheduler.advance(by: .seconds(quiet))
            let failedAt = stage.scheduler.now
            actor.tell(.fail("boom"))
            while starts.values.count < waits.count + 2 { stage.scheduler.advance(by: .milliseconds(500)) }
            waits.append(stage.scheduler.now.duration(since: failedAt))
        }
        #expect(waits == [1, 2, 4, 8, 8, 1, 2].map { .seconds($0) })
    }

    @Test("during the wait messages are kept in order, and stopping does not wait for its end")
    func backOffKeepsMessages() {
        let stage = Stage()
        let seen = Recorder<Int>()
        let behavior = Behavior<Int>.receive { _, number in
            if number < 0 { throw Failure("boom") }
            seen.add(number)
            return .same
        }.supervised(
            by: .restart(
                atMost: 9, within: .seconds(60), backOff: .init(initial: .seconds(5), maximum: .seconds(60))))
        let actor = stage.system.spawn(behavior, name: "actor")
        for number in [-1, 1, 2] { actor.tell(number) }
        stage.scheduler.advance(by: .milliseconds(4_999))
        #expect(seen.values.isEmpty)
        stage.scheduler.advance(by: .milliseconds(1))
        #expect(seen.values == [1, 2])
        for number in [-1, 3] { actor.tell(number) }
        stage.scheduler.drain()
        stage.system.stop(actor)
        stage.scheduler.drain()
        #expect(actor.isStopped)
        #expect(stage.deadLetters == ["3: the recipient has stopped"])
    }

    @Test("waits double up to the maximum for any number of restarts, and a wait of nothing stays nothing")
    func backOffBounds() {
        let stage = Stage()
        let starts = Recorder<Int>()
        let behavior = Behavior<Int>.setup { _ in
            starts.add(1)
            if starts.values.count < 50 { throw Failure("boom") }
            return .receive { _, _ in .same }
        }.supervised(
            by: .restart(atMost: .max, within: .seconds(1), backOff: .init(initial: .zero, maximum: .seconds(1))))
        stage.system.spawn(behavior, name: "actor")
        stage.scheduler.advance(by: .zero)
        #expect(starts.values.count == 50)
    }

    // MARK: - All for one

    /// A counter that writes down its restarts and its end.
    private func sibling(_ name: String, _ seen: Recorder<String>, count: Int = 0) -> Behavior<CounterMessage> {
        Behavior<CounterMessage>.receive { _, message in
            switch message {
            case .increment: return sibling(name, seen, count: count + 1)
            case .fail(let cause): throw Failure(cause)
            case .read(let replyTo): replyTo.tell(count)
            }
            return .same
        }.onSignal { _, signal in
            switch signal {
            case let signal as PreRestart: seen.add("\(name) before restart, \(signal.cause)")
            case is PostRestart: seen.add("\(name) restarted")
            case is PostStop: seen.add("\(name) stopped")
            default: break
            }
            return .same
        }
    }

    private func siblings(
        _ stage: Stage, _ seen: Recorder<String>, first strategy: SupervisionStrategy
    ) -> [ActorRef<CounterMessage>] {
        let spawned = Recorder<ActorRef<CounterMessage>>()
        let parent = Behavior<Int>.setup { context in
            for name in ["a", "b", "c"] {
                let child = sibling(name, seen).supervised(by: name == "a" ? strategy : .stop)
                spawned.add(context.spawn(child, name: name))
            }
            return .receive { _, _ in .same }
        }.onSignal { _, signal in
            guard let signal = signal as? ChildFailed else { return .unhandled }
            seen.add("parent told: \(signal.cause)")
            return .same
        }
        stage.system.spawn(parent, name: "parent")
        stage.system.spawn(counter(), name: "bystander")
        stage.scheduler.drain()
        for child in spawned.values { child.tell(.increment) }
        return spawned.values
    }

    private func counts(_ stage: Stage, _ actors: [ActorRef<CounterMessage>]) -> [Int?] {
        let answers = actors.map { actor in actor.askLater(timeout: .seconds(9)) { .read(replyTo: $0) } }
        stage.scheduler.drain()
        return answers.map(\.value)
    }

    @Test("one for one: a restart leaves the siblings as they are")
    func oneForOne() {
        let stage = Stage()
        let seen = Recorder<String>()
        let actors = siblings(stage, seen, first: .restart)
        actors[0].tell(.fail("boom"))
        #expect(counts(stage, actors) == [0, 1, 1])
        #expect(seen.values == ["a before restart, boom", "a restarted"])
    }

    @Test("all for one: all children of the parent are restarted with the cause, and keep their messages")
    func allForOneRestart() {
        let stage = Stage()
        let seen = Recorder<String>()
        let actors = siblings(stage, seen, first: .restart.allForOne())
        stage.scheduler.drain()
        actors[0].tell(.fail("boom"))
        #expect(stage.scheduler.step())
        for actor in actors { actor.tell(.increment) }
        #expect(counts(stage, actors) == [1, 1, 1])
        for name in ["a", "b", "c"] {
            #expect(
                seen.values.filter { $0.hasPrefix(name) } == ["\(name) before restart, boom", "\(name) restarted"])
        }
    }

    @Test("all for one: the siblings wait as long as the one that failed")
    func allForOneBackOff() {
        let stage = Stage()
        let seen = Recorder<String>()
        let strategy = SupervisionStrategy.restart(
            atMost: 5, within: .seconds(60), backOff: .init(initial: .seconds(2), maximum: .seconds(9)))
        let actors = siblings(stage, seen, first: strategy.allForOne())
        actors[0].tell(.fail("boom"))
        stage.scheduler.advance(by: .milliseconds(1_999))
        #expect(!seen.values.contains { $0.hasSuffix("restarted") })
        stage.scheduler.advance(by: .milliseconds(1))
        #expect(seen.values.count { $0.hasSuffix("restarted") } == 3)
    }

    @Test("all for one: one restart too many stops all, and others at the parent's side live on")
    func allForOneStop() {
        let stage = Stage()
        let seen = Recorder<String>()
        let actors = siblings(
            stage, seen, first: .restart(atMost: 1, within: .seconds(60)).allForOne())
        actors[0].tell(.fail("boom"))
        actors[0].tell(.fail("boom"))
        stage.scheduler.drain()
        #expect(actors.map(\.isStopped) == [true, true, true])
        #expect(stage.system.children.map(\.path.name) == ["parent", "bystander"])
    }

    @Test("all for one: a failure that is resumed is nobody else's, and one that escalates is told once")
    func allForOneResumeAndEscalate() {
        let stage = Stage()
        let seen = Recorder<String>()
        let actors = siblings(stage, seen, first: .resume.allForOne())
        actors[0].tell(.fail("boom"))
        #expect(counts(stage, actors) == [1, 1, 1])
        let others = siblings(stage, seen, first: .escalate.allForOne())
        others[0].tell(.fail("boom"))
        stage.scheduler.drain()
        #expect(others.map(\.isStopped) == [true, true, true])
        #expect(seen.values.count { $0 == "parent told: boom" } == 1)
    }

    @Test("an error in a signal's handler is a failure like any other")
    func signalFails() throws {
        let stage = Stage()
        let starts = Recorder<Int>()
        let behavior = Behavior<CounterMessage>.setup { _ in
            starts.add(1)
            return counter()
        }.onSignal { _, signal in
            if signal is PreStart { throw Failure("not yet") }
            return .same
        }.supervised(by: .restart)
        let actor = stage.system.spawn(behavior, name: "counter")
        actor.tell(.increment)
        #expect(counts(stage, [actor]) == [1])
        #expect(starts.values.count == 2)
    }
}
