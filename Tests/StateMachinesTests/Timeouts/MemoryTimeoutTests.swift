import Actors
import EventSourcing
import EventSourcingTestKit
import StateMachines
import TestSupport
import Testing

@Suite("Timeouts in memory")
struct MemoryTimeoutTests {
    /// Lights whose red goes on by itself after so many milliseconds.
    private func lights(_ milliseconds: Int) throws -> Machine<Light, LightEvent> {
        try Machine("Light", initial: .green) {
            From(.green) { On(.timer).goto(.red) }
            From(.red) {
                On(.timeout).goto(.yellow)
                On(.timer).goto(.green)
            }
            .timeout("red", after: .milliseconds(milliseconds), send: .timeout)
            From(.yellow) { On(.timer).goto(.red) }
        }
    }

    @Test(
        "machines 76: a state that was not left in time is left by its timeout, without a sweeper or a row",
        arguments: StoreKind.allCases)
    func fires(_ kind: StoreKind) throws {
        let stage = try TimedStage(kind)
        let instances = stage.registry(try lights(50), timeouts: .inMemory)
        try stage.send(.timer, in: instances)
        #expect(try stage.state(in: instances) == .red && stage.timers("Light").isEmpty)
        stage.advance(.milliseconds(49))
        #expect(try stage.state(in: instances) == .red)
        stage.advance(.milliseconds(1))
        #expect(try stage.state(in: instances) == .yellow)
        #expect(try stage.stored("Light") == ["Timer", "Timeout"])
        stage.advance(.seconds(60))
        let again = TimedStage(stage.shared, after: 100)
        #expect(try again.state(in: again.registry(lights(50), timeouts: .inMemory)) == .yellow)
        again.advance(.seconds(60))
        #expect(try again.stored("Light").count == 2 && stage.log.warnings.isEmpty)
    }

    @Test("machines 77: a state that was left in time has no timer in memory any more", arguments: StoreKind.allCases)
    func left(_ kind: StoreKind) throws {
        let stage = try TimedStage(kind)
        let instances = stage.registry(try lights(100), timeouts: .inMemory)
        try stage.send(.timer, in: instances)
        #expect(stage.scheduler.pendingTimers == 1)
        try stage.send(.timer, in: instances)
        #expect(stage.scheduler.pendingTimers == 0)
        stage.advance(.milliseconds(150))
        #expect(try stage.state(in: instances) == .green && stage.stored("Light").count == 2)
    }

    @Test(
        "machines 78: the timeout in memory of an initial state that carries values sends the event with its values",
        arguments: StoreKind.allCases)
    func values(_ kind: StoreKind) throws {
        let stage = try TimedStage(kind)
        let instances = stage.registry(try orders(), timeouts: .inMemory)
        #expect(try stage.state(in: instances) == .pending(total: 30) && stage.timers("Order").isEmpty)
        stage.advance(.seconds(1_799))
        #expect(try stage.state(in: instances) == .pending(total: 30))
        stage.advance(.seconds(1))
        #expect(try stage.state(in: instances) == .cancelled)
        let (store, machine) = (stage.store, try orders())
        let history = try stage.scheduler.run { try await machine.history(of: "1", in: store) }
        #expect(history?.records.map(\.event) == [.paymentTimedOut(reminders: 2)])
    }

    /// A letter that goes to itself, stays, and goes to itself by its timeout.
    private func looping() throws -> Letters {
        try letters {
            From(.a) {
                On(.e1).goto(.a)
                On(.e2).stay()
                On(.e3).goto(.a)
            }
            .timeout("t", after: .seconds(10), send: .e3)
        }
    }

    @Test(
        "machines 79: going to itself arms a timer in memory anew, staying does not, and what it arms anew stays",
        arguments: StoreKind.allCases)
    func rearmed(_ kind: StoreKind) throws {
        let stage = try TimedStage(kind)
        let instances = stage.registry(try looping(), timeouts: .inMemory)
        try stage.state(in: instances)
        stage.advance(.seconds(6))
        try stage.send(.e1, in: instances)
        stage.advance(.seconds(6))
        try stage.send(.e2, in: instances)
        stage.advance(.milliseconds(3_999))
        #expect(try stage.stored("Letters") == ["E1", "E2"])
        stage.advance(.milliseconds(1))
        #expect(try stage.stored("Letters") == ["E1", "E2", "E3"])
        stage.advance(.milliseconds(9_999))
        #expect(try stage.stored("Letters").count == 3)
        stage.advance(.milliseconds(20_001))
        #expect(try stage.stored("Letters").count == 6)
    }

    @Test(
        "machines 80: once the instance was stopped for good, or its actor, no timer in memory fires",
        arguments: StoreKind.allCases)
    func stopped(_ kind: StoreKind) throws {
        let stage = try TimedStage(kind)
        let machine = try letters {
            From(.a) {
                On(.e1).stop("done")
                On(.e2).goto(.b)
            }
            .timeout("t", after: .seconds(10), send: .e2)
        }
        let instances = stage.registry(machine, timeouts: .inMemory)
        for id in ["1", "2"] { try stage.state(of: id, in: instances) }
        try stage.send(.e1, to: "1", in: instances)
        stage.advance(.seconds(5))
        instances.passivate("2")
        stage.scheduler.drain()
        #expect(stage.scheduler.pendingTimers == 0)
        stage.advance(.seconds(60))
        #expect(try stage.stored("Letters", "1") == ["E1"] && stage.stored("Letters", "2").isEmpty)
    }

    @Test(
        "machines 118: an instance that is loaded again has the time that is left, and none where it is over",
        arguments: StoreKind.allCases)
    func loaded(_ kind: StoreKind) throws {
        let first = try TimedStage(kind)
        let machine = try lights(30_000)
        for id in ["1", "2"] { try first.send(.timer, to: id, in: first.registry(machine, timeouts: .inMemory)) }
        let second = TimedStage(first.shared, after: 10)
        let instances = second.registry(machine, timeouts: .inMemory)
        try second.state(of: "1", in: instances)
        second.advance(.milliseconds(19_999))
        #expect(try second.stored("Light", "1") == ["Timer"])
        second.advance(.milliseconds(1))
        #expect(try second.stored("Light", "1") == ["Timer", "Timeout"])
        #expect(try second.stored("Light", "2") == ["Timer"], "nobody has loaded it")
        let third = TimedStage(first.shared, after: 500)
        instances.passivate("2")
        third.registry(machine, timeouts: .inMemory).tell(.snapshot, to: "2")
        third.scheduler.drain()
        third.advance(.zero)
        #expect(try third.stored("Light", "2") == ["Timer", "Timeout"])
    }

    @Test("a clock that was put back makes no timer in memory later than its delay")
    func clock() throws {
        let shared = try StoreKind.memory.make()
        let machine = try lights(30_000)
        let first = TimedStage(shared, after: 1_000)
        try first.send(.timer, to: "1", in: first.registry(machine, timeouts: .inMemory))
        let back = TimedStage(shared)
        try back.state(of: "1", in: back.registry(machine, timeouts: .inMemory))
        back.advance(.milliseconds(29_999))
        #expect(try back.stored("Light") == ["Timer"])
        back.advance(.milliseconds(1))
        #expect(try back.stored("Light") == ["Timer", "Timeout"])
    }

    @Test("a state may have several, each of which fires once and for itself", arguments: StoreKind.allCases)
    func several(_ kind: StoreKind) throws {
        let machine = try letters {
            From(.a) {
                On(.e1).stay()
                On(.e2).stay()
                On(.e3).goto(.b)
            }
            .timeout("first", after: .seconds(10), send: .e1)
            .timeout("second", after: .seconds(20), send: .e2)
            .timeout("last", after: .seconds(40), send: .e3)
            From(.b) { On(.e1).goto(.a) }
        }
        let first = try TimedStage(kind)
        let instances = first.registry(machine, timeouts: .inMemory)
        try first.state(in: instances)
        first.advance(.seconds(25))
        #expect(try first.stored("Letters") == ["E1", "E2"])
        // What has fired and stayed does not fire again for the one that loads it; it counts from the first event.
        let second = TimedStage(first.shared, after: 30)
        let again = second.registry(machine, timeouts: .inMemory)
        try second.state(in: again)
        second.advance(.seconds(20))
        #expect(try second.stored("Letters") == ["E1", "E2", "E3"])
        try second.send(.e1, in: again)
        second.advance(.seconds(60))
        #expect(try second.stored("Letters") == ["E1", "E2", "E3", "E1", "E1", "E2", "E3"])
    }

    @Test(
        "a snapshot keeps since when a state lasts and what has fired in it, also where its events are gone",
        arguments: StoreKind.allCases)
    func snapshots(_ kind: StoreKind) throws {
        let machine = try letters {
            From(.a) { On(.e1).goto(.b) }
            From(.b) {
                On(.e2).stay()
                On(.e3).goto(.c)
            }
            .timeout("stay", after: .seconds(10), send: .e2)
            .timeout("go", after: .seconds(30), send: .e3)
        }
        let first = try TimedStage(kind)
        let instances = first.registry(machine, timeouts: .inMemory)
        try first.send(.e1, in: instances)
        first.advance(.seconds(15))
        instances.tell(.snapshot, to: "1")
        first.scheduler.drain()
        let (store, id) = (first.store, try PersistenceID("Letters", "1"))
        _ = try first.scheduler.run { try await store.deleteEvents(of: id, upTo: 2) }
        let second = TimedStage(first.shared, after: 20)
        try second.state(in: second.registry(machine, timeouts: .inMemory))
        second.advance(.milliseconds(9_999))
        #expect(try second.stored("Letters").isEmpty)
        second.advance(.milliseconds(1))
        #expect(try second.stored("Letters") == ["E3"])
    }

    @Test("of two systems that have loaded an instance, one fires its timeout", arguments: StoreKind.allCases, [0, 3])
    func two(_ kind: StoreKind, retries: Int) throws {
        let machine = try letters {
            From(.a) { On(.e1).goto(.b) }
            From(.b) { On(.e2).stay() }.timeout("t", after: .seconds(10), send: .e2)
        }
        let shared = try kind.make()
        let scheduler = StepScheduler(startingAt: .second(0))
        let stages = [TimedStage(shared, on: scheduler), TimedStage(shared, on: scheduler)]
        let instances = stages.map { $0.registry(machine, retries: retries, timeouts: .inMemory) }
        try stages[0].send(.e1, in: instances[0])
        #expect(try stages[1].state(in: instances[1]) == .b)
        scheduler.advance(by: .seconds(600))
        #expect(try stages[0].stored("Letters") == ["E1", "E2"])
    }

    @Test("one whose event is refused is tried again, later each time, until it is taken or was tried ten times")
    func refused() throws {
        let isOpen = Notes()
        let machine = try letters {
            From(.a) { On(.e1).where("open") { _, _ in isOpen.words == ["open"] }.goto(.b) }
                .timeout("t", after: .seconds(10), send: .e1)
        }
        let stage = try TimedStage(.memory)
        let instances = stage.registry(machine, timeouts: .inMemory)
        try stage.state(in: instances)
        // At once, and then after one, two and four seconds.
        stage.advance(.seconds(17))
        #expect(stage.log.warnings == Array(repeating: "A timeout could not fire, and is tried again.", count: 4))
        isOpen.add("open")
        stage.advance(.seconds(8))
        #expect(try stage.stored("Letters") == ["E1"] && stage.log.warnings.count == 4)
        isOpen.add("closed")
        try stage.state(of: "2", in: instances)
        stage.advance(.seconds(7_200))
        #expect(stage.log.warnings.count == 14 && stage.log.warnings.last == "A timeout was given up.")
        #expect(try stage.stored("Letters", "2").isEmpty && stage.scheduler.pendingTimers == 0)
    }

    @Test(
        "an append that fails leaves the timeout to be tried again, and one event in the end", arguments: [true, false])
    func append(_ isConflict: Bool) throws {
        let stage = try TimedStage(.memory)
        let base = try #require(stage.store as? InMemoryStore)
        let store = UnreliableStore(over: base)
        let instances = stage.registry(try lights(10_000), on: store, timeouts: .inMemory)
        try stage.send(.timer, in: instances)
        store.failAppend(with: isConflict ? .conflict : .lostAfterCommit)
        stage.advance(.seconds(10))
        // Where the outcome is not known the instance has stopped, and the next message loads it.
        instances.tell(.snapshot, to: "1")
        stage.advance(.seconds(60))
        #expect(try stage.stored("Light") == ["Timer", "Timeout"])
    }

    @Test("an action that fails behind a timeout's event leaves the event, and is a warning")
    func action() throws {
        let stage = try TimedStage(.memory)
        let machine = try letters {
            From(.a) { On(.e1).goto(.b) }.timeout("t", after: .seconds(10), send: .e1)
            From(.b) {}.onEntry { _, _ in throw Broken() }
        }
        try stage.state(in: stage.registry(machine, timeouts: .inMemory))
        stage.advance(.seconds(600))
        #expect(try stage.stored("Letters") == ["E1"])
        #expect(stage.log.warnings == ["A timeout has fired, and an action behind it failed."])
    }

    @Test("an instance whose timer in memory runs is not passivated, and is once it does not")
    func passivation() throws {
        let stage = try TimedStage(.memory)
        let (machine, store) = (try lights(30_000), stage.store)
        let instances = Instances<Light, LightEvent>(in: stage.system, name: "lights", passivatingAfter: .seconds(5)) {
            id in
            Behavior.setup { _ in try machine.entity(id, timeouts: .inMemory).withEventStore(store).behavior }
        }
        try stage.send(.timer, in: instances)
        stage.advance(.seconds(29))
        #expect(instances.activeCount == 1)
        stage.advance(.seconds(20))
        #expect(try stage.stored("Light") == ["Timer", "Timeout"])
        #expect(instances.activeCount == 0)
    }

    @Test("timers in memory need no store that keeps timers, and rows from an earlier time are taken away unfired")
    func rows() throws {
        let stage = try TimedStage(.memory)
        let bare = WatchedStore(stage.store) { _ in }
        let machine = try lights(10_000)
        try stage.send(.timer, to: "2", in: stage.registry(machine, on: bare, timeouts: .inMemory))
        stage.advance(.seconds(10))
        #expect(try stage.stored("Light", "2") == ["Timer", "Timeout"])
        try stage.send(.timer, to: "1", in: stage.registry(machine))
        #expect(try stage.timers("Light", "1").count == 1)
        let later = TimedStage(stage.shared, after: 12)
        let instances = later.registry(machine, timeouts: .inMemory)
        let sweeper = try later.sweeper(machine, in: instances)
        later.advance(.seconds(60))
        #expect(try later.stored("Light", "1") == ["Timer", "Timeout"] && later.timers("Light", "1").isEmpty)
        #expect(sweeper.metrics.stale == 1 && sweeper.metrics.fired == 0)
    }
}
