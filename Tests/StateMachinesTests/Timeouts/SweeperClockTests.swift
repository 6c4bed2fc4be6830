import Actors
import EventSourcing
import StateMachines
import Testing

@Suite("A sweeper whose clock jumps, and how long it waits")
struct SweeperClockTests {
    @Test("put on, its clock makes due what it says is due, within its longest sleep", arguments: StoreKind.allCases)
    func putOn(_ kind: StoreKind) throws {
        let stage = try TimedStage(kind)
        let clock = MovableClock(stage.scheduler)
        let sweeper = try stage.sweeper(chores(initial: .waiting), clock: clock)
        try stage.arm(at: 3_600)
        stage.advance(.seconds(5))
        clock.move(by: .seconds(3_600))
        // It sleeps from the moment at which it was told of the timer.
        stage.advance(.milliseconds(54_999))
        #expect(sweeper.metrics.fired == 0)
        stage.advance(.milliseconds(1))
        #expect(sweeper.metrics.fired == 1 && sweeper.metrics.greatestLateness == .seconds(60))
    }

    @Test("put back, its clock makes what was nearly due due later, once and not before", arguments: StoreKind.allCases)
    func putBack(_ kind: StoreKind) throws {
        let stage = try TimedStage(kind)
        let clock = MovableClock(stage.scheduler)
        try stage.arm(at: 0, of: "1")
        try stage.arm(at: 10, of: "2")
        let sweeper = try stage.sweeper(chores(initial: .waiting), clock: clock)
        stage.advance(.seconds(9))
        #expect(sweeper.metrics.fired == 1)
        clock.move(by: .seconds(-3_600))
        stage.advance(.milliseconds(3_600_999))
        #expect(sweeper.metrics.fired == 1)
        stage.advance(.milliseconds(1))
        #expect(sweeper.metrics.fired == 2 && sweeper.metrics.lateness == .zero)
    }

    @Test("a clock that is put back between two sweeps does not hold up the second one")
    func betweenSweeps() throws {
        let stage = try TimedStage(.memory)
        let clock = MovableClock(stage.scheduler)
        for id in 1...2 { try stage.arm(at: -3_600, of: "\(id)") }
        let settings = try TimerSweeperSettings.steady(batch: 1, interval: .milliseconds(100))
        let sweeper = try stage.sweeper(chores(initial: .waiting), settings: settings, clock: clock)
        stage.advance(.milliseconds(50))
        clock.move(by: .seconds(-60))
        stage.advance(.milliseconds(150))
        #expect(sweeper.metrics.fired == 2)
    }

    @Test("a wait between two sweeps is longer by its jitter at the most, and never shorter")
    func jitter() throws {
        var waits: Set<Duration> = []
        for seed in 1...20 as ClosedRange<UInt64> {
            let stage = TimedStage(try StoreKind.memory.make(), on: StepScheduler(startingAt: .second(0), seed: seed))
            for id in 1...2 { try stage.arm(at: 0, of: "\(id)") }
            let settings = try TimerSweeperSettings(batch: 1, jitter: 0.5, interval: .milliseconds(100))
            let sweeper = try stage.sweeper(chores(initial: .waiting), settings: settings)
            stage.advance(.microseconds(99_999))
            #expect(sweeper.metrics.fired == 1, "seed \(seed)")
            stage.advance(.microseconds(50_001))
            #expect(sweeper.metrics.fired == 2, "seed \(seed)")
            waits.insert(sweeper.metrics.greatestLateness)
        }
        #expect(waits.count > 10)
    }

    @Test("machines 109: settings that can't work are refused with a sentence, and the usual ones are the design's")
    func settings() throws {
        let usual = try TimerSweeperSettings()
        #expect(usual.batch == 100 && usual.claim == .seconds(30) && usual.jitter == 0.2)
        #expect(usual.lease == .seconds(30) && usual.renewal == .seconds(10) && !usual.electsLeader)
        for jitter in [0, 0.5, 1] { #expect(try TimerSweeperSettings(jitter: jitter).jitter == jitter) }
        for jitter in [-0.1, 1.1, -.infinity] {
            #expect(throws: TimerSweeperError.jitter(jitter)) { try TimerSweeperSettings(jitter: jitter) }
        }
        #expect(throws: TimerSweeperError.self) { try TimerSweeperSettings(jitter: .nan) }
        for batch in [0, -1] {
            #expect(throws: TimerSweeperError.batch(batch)) { try TimerSweeperSettings(batch: batch) }
        }
        let second = Duration.seconds(30)
        #expect(throws: TimerSweeperError.renewal(second, lease: second)) {
            try TimerSweeperSettings(lease: second, renewal: second)
        }
        #expect(throws: TimerSweeperError.claim(second, answer: second)) {
            try TimerSweeperSettings(claim: second, answer: second)
        }
        #expect(throws: TimerSweeperError.attempts(0)) { try TimerSweeperSettings(attempts: 0) }
        #expect(throws: TimerSweeperError.leaseName(0)) { try TimerSweeperSettings(leaseName: "") }
        let short = Duration.microseconds(999)
        for (name, make) in [
            ("claim", { () throws(TimerSweeperError) in try TimerSweeperSettings(claim: short) }),
            ("interval", { () throws(TimerSweeperError) in try TimerSweeperSettings(interval: short) }),
            ("poll", { () throws(TimerSweeperError) in try TimerSweeperSettings(poll: short) }),
            ("longestSleep", { () throws(TimerSweeperError) in try TimerSweeperSettings(longestSleep: short) }),
            ("answer", { () throws(TimerSweeperError) in try TimerSweeperSettings(answer: short) }),
            ("lease", { () throws(TimerSweeperError) in try TimerSweeperSettings(lease: short) }),
            ("renewal", { () throws(TimerSweeperError) in try TimerSweeperSettings(renewal: short) }),
            (
                "retry",
                { () throws(TimerSweeperError) in
                    try TimerSweeperSettings(retry: .init(initial: short, maximum: .seconds(1)))
                }
            ),
        ] as [(String, () throws(TimerSweeperError) -> TimerSweeperSettings)] {
            let error = #expect(throws: TimerSweeperError.tooShort(name, short)) { _ = try make() }
            #expect(error?.description.contains("a sweeper's \(name) is at least a millisecond") == true)
        }
        #expect("\(TimerSweeperError.jitter(1.1))" == "a sweeper's jitter is from 0 to 1, not 1.1")
    }

    @Test("machines 109: an election without leases is refused, and so are two machines of one name")
    func refused() throws {
        let stage = try TimedStage(.memory)
        let settings = try TimerSweeperSettings.steady(electsLeader: true)
        #expect(throws: TimerSweeperError.missingLeaseStore) {
            try stage.sweeper(chores(), on: TimersAlone(base: stage.store), settings: settings)
        }
        let (machine, instances) = (try chores(), stage.registry(try chores()))
        #expect(throws: TimerSweeperError.twice(machine: "Chore")) {
            try TimerSweeper(
                in: stage.system, on: stage.store,
                machines: [TimedMachine(machine, in: instances), TimedMachine(machine, in: instances)])
        }
        #expect("\(TimerSweeperError.missingLeaseStore)".contains("LeaseStore"))
    }
}

/// A store of timers that keeps no leases.
private struct TimersAlone: TimerStore {
    let base: any TimerStore

    func arm(_ timer: NewTimer, of id: PersistenceID) async throws -> Bool { try await base.arm(timer, of: id) }

    func cancel(_ name: String, of id: PersistenceID) async throws -> Bool { try await base.cancel(name, of: id) }

    func claimDue(
        limit: Int, for term: Duration, as claimer: ULID, at now: Timestamp
    ) async throws -> [StoredTimer] {
        try await base.claimDue(limit: limit, for: term, as: claimer, at: now)
    }

    func complete(_ name: String, of id: PersistenceID, generation: Int64) async throws -> Bool {
        try await base.complete(name, of: id, generation: generation)
    }

    func release(_ timer: StoredTimer) async throws -> Bool { try await base.release(timer) }

    func fail(_ timer: StoredTimer, error: String, retryAt: Timestamp) async throws -> Bool {
        try await base.fail(timer, error: error, retryAt: retryAt)
    }

    func deadLetter(_ timer: StoredTimer, reason: String, at now: Timestamp) async throws -> Bool {
        try await base.deadLetter(timer, reason: reason, at: now)
    }

    func deadLetters(after letter: StoredDeadLetter?, limit: Int) async throws -> [StoredDeadLetter] {
        try await base.deadLetters(after: letter, limit: limit)
    }

    func replay(_ letter: StoredDeadLetter, at now: Timestamp) async throws -> Bool {
        try await base.replay(letter, at: now)
    }

    func dismiss(_ letter: StoredDeadLetter, at now: Timestamp) async throws -> Bool {
        try await base.dismiss(letter, at: now)
    }

    func nextDeadline() async throws -> Timestamp? { try await base.nextDeadline() }

    func timer(_ name: String, of id: PersistenceID) async throws -> StoredTimer? {
        try await base.timer(name, of: id)
    }

    func timers(of id: PersistenceID) async throws -> [StoredTimer] { try await base.timers(of: id) }
}
