import Actors
import EventSourcing
import EventSourcingTestKit
import StateMachines
import Testing

@Suite("A timer that fires while something goes wrong")
struct FiringTests {
    /// A chore that waits since its first event, with its timer due at second 10.
    private func waiting(on shared: SharedStore) throws {
        let stage = TimedStage(shared)
        try stage.send(.start, in: stage.registry(chores()))
    }

    @Test(
        "machines 105: a crash at any step leaves the timer to the next sweeper, and it fires once",
        arguments: StoreKind.allCases)
    func crash(_ kind: StoreKind) throws {
        var isOver = false
        var steps = 0
        // How far it came is counted in messages, each with all that its handler does.
        while !isOver {
            let shared = try kind.make()
            try waiting(on: shared)
            let first = TimedStage(shared, after: 10)
            let crashing = try first.sweeper(chores())
            for _ in 0..<steps { isOver = !first.scheduler.step() }
            // From here on it is as if it were not there.
            let second = TimedStage(shared, after: 11)
            let sweeper = try second.sweeper(chores())
            second.advance(.seconds(60))
            #expect(try second.stored() == ["Start", "Fired"], "after \(steps) steps")
            #expect(try second.timers().isEmpty, "after \(steps) steps")
            #expect(crashing.metrics.fired + sweeper.metrics.fired <= 1, "after \(steps) steps")
            steps += 1
        }
        #expect(steps > 3)
    }

    @Test(
        "machines 105: a sweeper that was paused past its claim fires nothing that another has fired meanwhile",
        arguments: StoreKind.allCases)
    func paused(_ kind: StoreKind) throws {
        // Staying in the state: neither its table nor its own number would keep the second event out.
        let machine = try letters {
            From(.a) { On(.e1).stay() }.timeout("t", after: .seconds(10), send: .e1)
        }
        for isOpen in [true, false] {
            for steps in 0...6 {
                let shared = try kind.make()
                let first = TimedStage(shared)
                let instances = first.registry(machine, retries: 3)
                try first.state(in: instances)
                first.advance(.seconds(10))
                // An instance that is not open reads what the other has written, and one that is decides again on it.
                if !isOpen { instances.passivate("1") }
                first.scheduler.drain()
                let paused = try first.sweeper(machine, in: instances)
                for _ in 0..<steps { first.scheduler.step() }
                let second = TimedStage(shared, after: 41)
                let other = try second.sweeper(machine)
                second.advance(.seconds(60))
                first.advance(.seconds(200))
                #expect(try second.stored("Letters") == ["E1"], "after \(steps) steps")
                #expect(try second.timers("Letters").isEmpty, "after \(steps) steps")
                #expect(paused.metrics.fired + other.metrics.fired == 1, "after \(steps) steps")
                #expect(paused.metrics.failures == 0 && other.metrics.failures == 0, "after \(steps) steps")
            }
        }
    }

    @Test("a claim that another has taken over is not fired by the first, also before the other has fired it")
    func overtaken() throws {
        let machine = try letters {
            From(.a) { On(.e1).stay() }.timeout("t", after: .seconds(10), send: .e1)
        }
        let stage = try TimedStage(.memory)
        let instances = stage.registry(machine)
        try stage.state(in: instances)
        let (store, id) = (stage.store, try PersistenceID("Letters", "1"))
        func claim(at second: Int64) throws -> StoredTimer {
            let claimer = ULID(high: 1, low: UInt64(second))
            let claimed = try stage.scheduler.run {
                try await store.claimDue(limit: 1, for: .seconds(30), as: claimer, at: .second(second))
            }
            return try #require(claimed.first)
        }
        func fire(_ timer: StoredTimer) -> Result<MachineFiring, AskError>? {
            let answer: PendingReply<MachineFiring> = instances.ref(for: "1").askLater(timeout: .seconds(5)) {
                .fire(timer, replyTo: $0)
            }
            stage.scheduler.drain()
            return answer.result
        }
        let (first, second) = (try claim(at: 10), try claim(at: 40))
        guard case .failure(.rejected(let error as StaleTimerError)) = fire(first) else {
            Issue.record("the first claim has fired")
            return
        }
        #expect(error == StaleTimerError(persistenceID: id, name: "t", generation: 0, armed: 0))
        #expect(try stage.stored("Letters").isEmpty && stage.timers("Letters") == [second])
        guard case .success(.fired) = fire(second) else {
            Issue.record("the second claim has not fired")
            return
        }
        #expect(try stage.stored("Letters") == ["E1"])
    }

    /// What becomes of the append of a timer's event, and what must come of that.
    struct Fault: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var fault: WriteFault
        var failures = 1
        var conflicts = 0
        /// When it has fired at the latest, in seconds after its deadline.
        var fires: Int64 = 1
    }

    static let faults = [
        Fault(testDescription: "refused", fault: .refused(.busy)),
        Fault(testDescription: "lost before the commit", fault: .lostBeforeCommit),
        // It has fired, and is not there to be tried again.
        Fault(testDescription: "lost after the commit", fault: .lostAfterCommit, failures: 0, conflicts: 1, fires: 0),
        Fault(testDescription: "a conflict", fault: .conflict, failures: 0, conflicts: 1),
    ]

    @Test("an append that fails, known or not, leaves an event and no timer in the end, and not two", arguments: faults)
    func append(_ fault: Fault) throws {
        let stage = try TimedStage(.memory)
        try waiting(on: stage.shared)
        guard let base = stage.store as? InMemoryStore else { return }
        let store = UnreliableStore(over: base)
        let machine = try chores()
        let sweeper = try stage.sweeper(machine, in: stage.registry(machine, on: store))
        stage.advance(.seconds(9))
        store.failAppend(with: fault.fault)
        stage.advance(.seconds(1 + fault.fires))
        #expect(try stage.stored() == ["Start", "Fired"])
        #expect(try stage.timers().isEmpty)
        #expect(sweeper.metrics.failures == fault.failures && sweeper.metrics.conflicts == fault.conflicts)
        stage.advance(.seconds(600))
        #expect(try stage.stored() == ["Start", "Fired"])
    }

    @Test("an instance that does not answer in time does not fire later, unless its timer is tried again")
    func slow() throws {
        let stage = try TimedStage(.memory)
        let machine = try chores(initial: .waiting)
        let instances = stage.registry(machine)
        let sweeper = try stage.sweeper(machine, in: instances)
        try stage.state(in: instances)
        stage.system.suspend(instances.ref(for: "1"))
        stage.advance(.seconds(20))
        #expect(sweeper.metrics.failures == 1)
        #expect(try stage.timers().map(\.retryAt) == [.second(21)])
        stage.system.resume(instances.ref(for: "1"))
        stage.advance(.milliseconds(500))
        #expect(try stage.stored().isEmpty)
        stage.advance(.milliseconds(500))
        #expect(try stage.stored() == ["Fired"] && sweeper.metrics.fired == 1)
    }

    @Test("a store that does not answer is asked again, later each time, and what is due fires once it does")
    func away() throws {
        let stage = try TimedStage(.memory)
        guard let base = stage.store as? InMemoryStore else { return }
        let store = UnreliableStore(over: base)
        try stage.arm(at: 10)
        let sweeper = try stage.sweeper(chores(initial: .waiting), on: store)
        stage.advance(.seconds(5))
        store.disconnect()
        // At 6, 7, 9 and 13 seconds, for it is polled every second until it fails.
        stage.advance(.seconds(10))
        #expect(sweeper.metrics.failures == 4 && sweeper.metrics.sweeps == 0)
        store.reconnect()
        stage.advance(.seconds(6))
        #expect(sweeper.metrics.fired == 1 && sweeper.metrics.greatestLateness == .seconds(11))
        #expect(stage.log.warnings.count == 4)
    }

    @Test("a store that does not tell of changes is polled, and so late is what is armed earlier")
    func polled() throws {
        let stage = try TimedStage(.memory)
        guard let base = stage.store as? InMemoryStore else { return }
        let sweeper = try stage.sweeper(chores(initial: .waiting), on: UnreliableStore(over: base))
        stage.advance(.milliseconds(10_500))
        try stage.arm(at: 10)
        stage.advance(.milliseconds(499))
        #expect(sweeper.metrics.fired == 0)
        stage.advance(.milliseconds(1))
        #expect(sweeper.metrics.fired == 1 && sweeper.metrics.lateness == .seconds(1))
    }

    @Test("an action that fails behind a timer's event leaves the event, and is a warning")
    func action() throws {
        struct Broken: Error {}
        let stage = try TimedStage(.memory)
        let machine = try letters {
            From(.a) { On(.e1).goto(.b) }.timeout("t", after: .seconds(10), send: .e1)
            From(.b) {}.onEntry { _, _ in throw Broken() }
        }
        let instances = stage.registry(machine)
        let sweeper = try stage.sweeper(machine, in: instances)
        try stage.state(in: instances)
        stage.advance(.seconds(600))
        #expect(try stage.stored("Letters") == ["E1"])
        #expect(sweeper.metrics.fired == 1 && sweeper.metrics.failures == 0)
        #expect(stage.log.warnings == ["A timer has fired, and an action behind it failed."])
    }

    @Test("the event of a timer begins a chain of its own, whoever's write has woken the sweeper")
    func chain() throws {
        let stage = try TimedStage(.memory)
        let machine = try chores(initial: .waiting)
        let instances = stage.registry(machine)
        let clock = MovableClock(stage.scheduler)
        let sweeper = try stage.sweeper(machine, in: instances, clock: clock)
        for id in ["1", "2"] { try stage.state(of: id, in: instances) }
        clock.move(by: .seconds(10))
        #expect(sweeper.metrics.fired == 0)
        // It sleeps, and hears of this while a chain is under way.
        try stage.send(.process, to: "2", in: instances)
        let (store, ids) = (stage.store, [try PersistenceID("Chore", "1"), try PersistenceID("Chore", "2")])
        let chains = try stage.scheduler.run {
            var chains: [ULID?] = []
            for id in ids {
                chains += try await store.load(id, from: 1, through: 9, fields: .all, into: []) { chains, event in
                    chains.append(event.correlationID)
                    return .next
                }
            }
            return chains
        }
        #expect(sweeper.metrics.fired == 1)
        #expect(chains.count == 2 && Set(chains).count == 2 && !chains.contains(nil))
    }
}
