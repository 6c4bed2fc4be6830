import Actors
import EventSourcing
import StateMachines
import Testing

@Suite("A sweeper")
struct SweeperTests {
    @Test("machines 102: it fires what is due, and each row is gone then", arguments: StoreKind.allCases)
    func due(_ kind: StoreKind) throws {
        let stage = try TimedStage(kind)
        let machine = try chores(initial: .waiting)
        for id in ["1", "2"] { try stage.arm(at: -1, of: id) }
        let sweeper = try stage.sweeper(machine)
        stage.advance(.milliseconds(200))
        for id in ["1", "2"] {
            #expect(try stage.stored("Chore", id) == ["Fired"] && stage.timers("Chore", id).isEmpty)
        }
        #expect(sweeper.metrics.fired == 2 && sweeper.metrics.sweeps == 1)
        #expect(sweeper.metrics.lateness == .seconds(2) && sweeper.metrics.greatestLateness == .seconds(1))
    }

    @Test(
        "machines 103: it takes a batch at a time, and the next one after its interval", arguments: StoreKind.allCases)
    func batches(_ kind: StoreKind) throws {
        let stage = try TimedStage(kind)
        for id in 1...5 { try stage.arm(at: -1, of: "\(id)") }
        let settings = try TimerSweeperSettings.steady(batch: 2, interval: .milliseconds(200))
        let sweeper = try stage.sweeper(chores(initial: .waiting), settings: settings)
        var fired: [Int] = []
        for _ in 1...3 {
            stage.advance(.milliseconds(199))
            fired.append(sweeper.metrics.fired)
            stage.advance(.milliseconds(1))
        }
        #expect(fired == [2, 4, 5])
    }

    @Test("machines 104: what is not due yet stays until it is", arguments: StoreKind.allCases)
    func later(_ kind: StoreKind) throws {
        let stage = try TimedStage(kind)
        try stage.arm(at: 60, of: "1")
        try stage.arm(at: 0, of: "2")
        let sweeper = try stage.sweeper(chores(initial: .waiting))
        stage.advance(.milliseconds(59_999))
        #expect(sweeper.metrics.fired == 1)
        #expect(try stage.timers("Chore", "1").map(\.attempts) == [0])
        stage.advance(.milliseconds(1))
        #expect(sweeper.metrics.fired == 2 && sweeper.metrics.sweeps == 2)
    }

    @Test("machines 105: of several on one store each timer fires once", arguments: StoreKind.allCases)
    func several(_ kind: StoreKind) throws {
        let shared = try kind.make()
        let scheduler = StepScheduler(startingAt: .second(0))
        let stages = [TimedStage(shared, on: scheduler), TimedStage(shared, on: scheduler)]
        for id in 1...5 { try stages[0].arm(at: 1, of: "\(id)") }
        let settings = try TimerSweeperSettings.steady(batch: 2)
        let sweepers = try stages.map { try $0.sweeper(chores(initial: .waiting), settings: settings) }
        scheduler.advance(by: .seconds(60))
        #expect(sweepers.reduce(0) { $0 + $1.metrics.fired } == 5)
        #expect(sweepers.allSatisfy { $0.metrics.fired > 0 && $0.metrics.failures == 0 })
        for id in 1...5 {
            #expect(try stages[0].stored("Chore", "\(id)") == ["Fired"] && stages[0].timers("Chore", "\(id)").isEmpty)
        }
    }

    @Test(
        "machines 106: a timer that could not be sent is there, unclaimed, with the attempt",
        arguments: StoreKind.allCases)
    func failing(_ kind: StoreKind) throws {
        let stage = try TimedStage(kind)
        let machine = try letters {
            From(.a) { On(.e1).where("never") { _, _ in false }.goto(.b) }.timeout("t", after: .seconds(10), send: .e1)
        }
        let instances = stage.registry(machine)
        let sweeper = try stage.sweeper(machine, in: instances)
        try stage.state(in: instances)
        stage.advance(.seconds(10))
        let timer = try #require(try stage.timers("Letters").first)
        #expect(timer.claim == nil && timer.attempts == 1 && timer.retryAt == .second(11))
        #expect(timer.lastError?.contains("never") == true && timer.deadline == .second(10))
        #expect(sweeper.metrics.failures == 1 && sweeper.metrics.fired == 0)
        #expect(stage.log.warnings == ["A timer could not fire, and is tried again."])
    }

    @Test(
        "machines 107: it sleeps while nothing is due, and is told what is armed earlier", arguments: StoreKind.allCases
    )
    func sleeps(_ kind: StoreKind) throws {
        let stage = try TimedStage(kind)
        let machine = try chores(initial: .waiting)
        let instances = stage.registry(machine)
        let sweeper = try stage.sweeper(machine, in: instances)
        stage.advance(.seconds(30))
        #expect(sweeper.metrics.sweeps == 0)
        try stage.arm(at: 100, of: "1")
        // It is opened now, and its timeout is due before the other's.
        try stage.state(of: "2", in: instances)
        stage.advance(.milliseconds(9_999))
        #expect(sweeper.metrics.sweeps == 0)
        stage.advance(.milliseconds(1))
        #expect(sweeper.metrics.fired == 1 && sweeper.metrics.sweeps == 1 && sweeper.metrics.lateness == .zero)
        stage.advance(.seconds(60))
        #expect(sweeper.metrics.fired == 2 && sweeper.metrics.sweeps == 2 && sweeper.metrics.lateness == .zero)
    }

    @Test(
        "machines 108: stopped, it has given back its lease, leaves nothing running, and sweeps no more",
        arguments: StoreKind.allCases)
    func stops(_ kind: StoreKind) async throws {
        let stage = try TimedStage(kind)
        let sweeper = try stage.sweeper(chores(initial: .waiting), settings: .steady(electsLeader: true))
        stage.advance(.seconds(1))
        #expect(sweeper.isSweeping)
        #expect(try await stage.store.get("timers", at: .second(1)) != nil)
        try stage.arm(at: 2)
        try stage.scheduler.run { await sweeper.stop() }
        #expect(!sweeper.isSweeping)
        #expect(try await stage.store.get("timers", at: .second(1)) == nil)
        #expect(stage.scheduler.pendingTimers == 0 && stage.system.children.map(\.path.name) == ["Chore"])
        stage.advance(.seconds(60))
        #expect(sweeper.metrics == TimerSweeperMetrics())
        #expect(try stage.timers().map(\.attempts) == [0])
        // Once more, and after the system's own end.
        try stage.scheduler.run {
            await sweeper.stop()
            await stage.system.shutdown()
            await sweeper.stop()
        }
    }

    @Test(
        "a sweeper that is stopped while it waits for an answer finishes what it has claimed",
        arguments: StoreKind.allCases)
    func stopsLater(_ kind: StoreKind) throws {
        let stage = try TimedStage(kind)
        let machine = try chores(initial: .waiting)
        let instances = stage.registry(machine)
        let sweeper = try stage.sweeper(machine, in: instances)
        try stage.arm(at: 0, of: "1")
        try stage.arm(at: 0, of: "2")
        // It has claimed and sent by now, and nobody has answered.
        stage.scheduler.step()
        #expect(try stage.timers().allSatisfy { $0.claim != nil })
        try stage.scheduler.run { await sweeper.stop() }
        #expect(sweeper.metrics.fired == 2)
        for id in ["1", "2"] { #expect(try stage.timers("Chore", id).isEmpty) }
    }

    @Test(
        "a system that shuts down ends its sweeper, which gives its claims and its lease back",
        arguments: StoreKind.allCases)
    func shutDown(_ kind: StoreKind) async throws {
        let stage = try TimedStage(kind)
        let sweeper = try stage.sweeper(chores(initial: .waiting), settings: .steady(electsLeader: true))
        try stage.arm(at: 1)
        stage.advance(.milliseconds(500))
        let system = stage.system
        try stage.scheduler.run { await system.shutdown() }
        #expect(!sweeper.isSweeping)
        #expect(try await stage.store.get("timers", at: .second(1)) == nil)
        #expect(throws: TimerSweeperError.systemStopped("test")) { try stage.sweeper(chores()) }
    }

    @Test(
        "machines 111, 112, 115: a timer of a state that the instance has left or entered anew is taken away unfired",
        arguments: StoreKind.allCases)
    func stale(_ kind: StoreKind) throws {
        let stage = try TimedStage(kind)
        let machine = try letters {
            From(.a) {
                On(.e1).goto(.b)
                On(.e2).goto(.a)
            }
            .timeout("t", after: .seconds(1_000), send: .e2)
            From(.b) { On(.e2).goto(.a) }
        }
        let instances = stage.registry(machine)
        // In A since its seventh event, and in B since its first one.
        for _ in 1...7 { try stage.send(.e2, to: "1", in: instances) }
        try stage.send(.e1, to: "2", in: instances)
        let (store, one) = (stage.store, try PersistenceID("Letters", "1"))
        #expect(try stage.scheduler.run { try await store.cancel("t", of: one) })
        let sweeper = try stage.sweeper(machine, in: instances)
        try stage.arm("t", at: 0, generation: 8, of: "1", type: "Letters")
        try stage.arm("t", at: 0, generation: 5, of: "2", type: "Letters")
        try stage.arm("other", at: 0, generation: 7, of: "1", type: "Letters")
        stage.advance(.seconds(1))
        #expect(try stage.stored("Letters", "1").count == 7 && stage.stored("Letters", "2").count == 1)
        for id in ["1", "2"] { #expect(try stage.timers("Letters", id).isEmpty) }
        #expect(sweeper.metrics.stale == 3 && sweeper.metrics.fired == 0 && sweeper.metrics.failures == 0)
    }

    @Test(
        "machines 111: where an instance has entered its state is known behind a snapshot too",
        arguments: StoreKind.allCases)
    func snapshots(_ kind: StoreKind) throws {
        let machine = try letters {
            From(.a) {
                On(.e2).goto(.a)
                On(.e3).stay()
            }
            .timeout("t", after: .seconds(1_000), send: .e2)
        }
        let first = try TimedStage(kind)
        let instances = first.registry(machine)
        for event in [Push.e2, .e2, .e3] { try first.send(event, in: instances) }
        instances.tell(.snapshot, to: "1")
        first.scheduler.drain()
        let stage = TimedStage(first.shared, after: 5)
        let (store, id) = (stage.store, try PersistenceID("Letters", "1"))
        #expect(
            try stage.scheduler.run { try await store.latest(of: id, atOrBelow: 9)?.description.sequenceNumber } == 3)
        let sweeper = try stage.sweeper(machine)
        #expect(try stage.scheduler.run { try await store.cancel("t", of: id) })
        try stage.arm("t", at: 0, generation: 3, type: "Letters")
        stage.advance(.seconds(1))
        #expect(sweeper.metrics.stale == 1 && sweeper.metrics.fired == 0)
        #expect(try stage.stored("Letters").count == 3)
    }

    @Test(
        "machines 117: an instance that has not heard of what another system wrote reads it before it judges a timer",
        arguments: StoreKind.allCases)
    func behind(_ kind: StoreKind) throws {
        let machine = try letters {
            From(.a) { On(.e1).goto(.b) }
            From(.b) {
                On(.e2).goto(.c)
                On(.e3).where("never") { _, _ in false }.goto(.a)
            }
            .timeout("t", after: .seconds(10), send: .e3)
            From(.c) { On(.e3).goto(.d) }.timeout("t", after: .seconds(10), send: .e3)
        }
        let shared = try kind.make()
        let scheduler = StepScheduler(startingAt: .second(0))
        let (stage, other) = (TimedStage(shared, on: scheduler), TimedStage(shared, on: scheduler))
        let (behind, ahead) = (stage.registry(machine), other.registry(machine))
        let sweeper = try stage.sweeper(machine, in: behind)
        // The first is where there is no timer, and the second where its event is refused, as far as it knows.
        try stage.state(of: "1", in: behind)
        try stage.send(.e1, to: "2", in: behind)
        for (id, events) in [("1", [Push.e1, .e2]), ("2", [.e2])] {
            for event in events { try other.send(event, to: id, in: ahead) }
        }
        scheduler.advance(by: .seconds(10))
        for id in ["1", "2"] { #expect(try stage.stored("Letters", id) == ["E1", "E2", "E3"]) }
        #expect(sweeper.metrics.fired == 2 && sweeper.metrics.stale == 0 && sweeper.metrics.failures == 0)
    }

    @Test("an instance behind a snapshot that does not count reads what others wrote before it refuses a timer's event")
    func refusing() throws {
        let machine = try letters {
            From(.b) {
                On(.e1).goto(.c)
                On(.e2).where("never") { _, _ in false }.goto(.a)
            }
            .timeout("t", after: .seconds(1_000), send: .e2)
            From(.a) { On(.e1).goto(.b) }
            From(.c) { On(.e2).goto(.d) }.timeout("t", after: .seconds(10), send: .e2)
        }
        let shared = try StoreKind.memory.make()
        let scheduler = StepScheduler(startingAt: .second(0))
        let (stage, other) = (TimedStage(shared, on: scheduler), TimedStage(shared, on: scheduler))
        try other.send(.e1, in: other.registry(machine))
        let id = try PersistenceID("Letters", "1")
        let snapshot = StoredSnapshot(
            persistenceID: id, sequenceNumber: 1, stateType: "Letters", writer: WriterID(ULID(high: 0, low: 1)),
            epoch: 1, timestamp: .second(0), state: Array(#"{"in":"B","state":{}}"#.utf8))
        try scheduler.run { try await shared.store.save(snapshot) }
        let behind = stage.registry(machine)
        let sweeper = try stage.sweeper(machine, in: behind)
        #expect(try stage.state(in: behind) == .b)
        try other.send(.e1, in: other.registry(machine))
        scheduler.advance(by: .seconds(10))
        #expect(try stage.stored("Letters") == ["E1", "E1", "E2"])
        #expect(sweeper.metrics.fired == 1 && sweeper.metrics.failures == 0)
    }

    @Test("machines 114: a timer fires under a generation close to the highest number", arguments: StoreKind.allCases)
    func highest(_ kind: StoreKind) throws {
        let stage = try TimedStage(kind)
        let number = Int64.max - 100
        let payload = Array(#"{"event":{},"to":"Waiting","state":{}}"#.utf8)
        let (store, id) = (stage.store, try PersistenceID("Chore", "1"))
        let writer = WriterID(ULID(high: 0, low: 1))
        let event = ImportedEvent(
            persistenceID: id, sequenceNumber: number,
            event: NewEvent(type: "Start", payload: payload, timestamp: .second(0)), writer: writer, epoch: 0)
        // As an earlier program has written it, which did not count.
        let snapshot = StoredSnapshot(
            persistenceID: id, sequenceNumber: number, stateType: "Chore", writer: writer, timestamp: .second(0),
            state: Array(#"{"in":"Waiting","state":{}}"#.utf8))
        try stage.scheduler.run {
            try await store.importHistory([event])
            try await store.save(snapshot)
        }
        try stage.arm(at: 0, generation: number)
        let machine = try chores()
        let instances = stage.registry(machine)
        let sweeper = try stage.sweeper(machine, in: instances)
        stage.advance(.seconds(1))
        #expect(sweeper.metrics.fired == 1)
        #expect(try stage.scheduler.run { try await store.head(of: id)?.sequenceNumber } == number + 1)
    }

    @Test("machines 117: each timer reaches its own instance, of its own machine", arguments: StoreKind.allCases)
    func own(_ kind: StoreKind) throws {
        let stage = try TimedStage(kind)
        let (one, other) = (try chores(initial: .waiting), try orders())
        let (these, those) = (stage.registry(one), stage.registry(other))
        let sweeper = try TimerSweeper(
            in: stage.system, on: stage.store,
            machines: [TimedMachine(one, in: these), TimedMachine(other) { those.ref(for: $0) }], settings: .steady())
        for id in ["1", "2", "3"] { try stage.state(of: id, in: these) }
        try stage.state(of: "1", in: those)
        try stage.send(.process, to: "3", in: these)
        stage.advance(.seconds(2_000))
        for (id, event) in [("1", "Fired"), ("2", "Fired"), ("3", "Process")] {
            #expect(try stage.stored("Chore", id) == [event])
        }
        #expect(try stage.stored("Order", "1") == ["paymentTimedOut"])
        #expect(sweeper.metrics.fired == 3)
    }

    @Test(
        "machines 119: a timeout that no row takes is tried again, later each time, and is a dead letter in the end",
        arguments: StoreKind.allCases)
    func deadLetter(_ kind: StoreKind) async throws {
        let stage = try TimedStage(kind)
        let machine = try letters {
            From(.a) { On(.e1).goto(.b) }.timeout("t", after: .seconds(10), send: .e2)
        }
        let instances = stage.registry(machine)
        let sweeper = try stage.sweeper(machine, in: instances, settings: .steady(attempts: 4))
        try stage.state(in: instances)
        var seen: [Int] = []
        // At once, and then after one, two and four seconds.
        for second in [10, 1, 2, 4, 3_600] {
            stage.advance(.seconds(second))
            seen.append(sweeper.metrics.failures)
        }
        #expect(seen == [1, 2, 3, 4, 4])
        #expect(sweeper.metrics.deadLetters == 1 && sweeper.metrics.fired == 0)
        #expect(try stage.timers("Letters").isEmpty && stage.stored("Letters").isEmpty)
        let letters = try await stage.store.deadLetters(after: nil, limit: 9)
        #expect(letters.map(\.source) == [.timer(name: "t")] && letters.map(\.attempts) == [4])
        #expect(letters.first?.reason.contains("takes no E2") == true)
    }

    @Test("what was armed is sent, whatever the table would send by now, and what can't be read is tried again")
    func payloads() throws {
        let stage = try TimedStage(.memory)
        let sweeper = try stage.sweeper(chores(initial: .waiting))
        for (id, payload) in [
            ("1", #"{"send":"Process","event":{}}"#), ("2", #"{"send":"Unheard","event":{}}"#), ("3", "["),
        ] {
            try stage.arm(at: 1, payload: payload, of: id)
        }
        stage.advance(.milliseconds(1_500))
        #expect(try stage.stored("Chore", "1") == ["Process"])
        #expect(sweeper.metrics.fired == 1 && sweeper.metrics.failures == 2)
        for id in ["2", "3"] {
            #expect(try stage.stored("Chore", id).isEmpty && stage.timers("Chore", id).map(\.attempts) == [1])
        }
    }

    @Test("a timer of a machine that the sweeper does not know is tried again, and is a dead letter in the end")
    func unknown() throws {
        let stage = try TimedStage(.memory)
        let sweeper = try stage.sweeper(chores(), settings: .steady(attempts: 2))
        try stage.arm(at: 0, type: "Stranger")
        stage.advance(.seconds(1))
        #expect(sweeper.metrics.deadLetters == 1 && sweeper.metrics.failures == 2)
        let store = stage.store
        let letters = try stage.scheduler.run { try await store.deadLetters(after: nil, limit: 9) }
        #expect(letters.map(\.reason) == ["the sweeper knows no machine called Stranger"])
    }
}
