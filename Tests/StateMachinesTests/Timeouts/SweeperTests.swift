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
