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
}
