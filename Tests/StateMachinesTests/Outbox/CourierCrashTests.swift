import Actors
import EventSourcing
import EventSourcingTestKit
import StateMachines
import Testing

@Suite("A courier that ends, is paused, or loses its store")
struct CourierCrashTests {
    /// An instance that takes the same event any number of times: nothing but the row's key keeps a second one out.
    private func counting() throws -> Letters {
        try letters {
            From(.a) {
                On(.e1).stay().producing(.e2, .e3) { _, _ in [.e2, .e3] }
                On(.e2, .e3).stay()
            }
        }
    }

    @Test(
        "a crash at any step of delivering leaves the rows to the next courier, each is taken once, and in order",
        arguments: StoreKind.allCases)
    func crash(_ kind: StoreKind) async throws {
        let machine = try counting()
        var (isOver, steps) = (false, 0)
        // How far it came is counted in messages, each with all that its handler does.
        while !isOver {
            let shared = try kind.make()
            let sender = TimedStage(shared)
            try sender.send(.e1, in: sender.registry(machine))
            let first = TimedStage(shared, after: 1)
            let crashing = try first.courier(OutboxDestination(machine, in: first.registry(machine)))
            for _ in 0..<steps { isOver = !first.scheduler.step() }
            // From here on it is as if it were not there.
            let second = TimedStage(shared, after: 2)
            let courier = try second.courier(OutboxDestination(machine, in: second.registry(machine)))
            second.advance(.seconds(60))
            #expect(try second.stored("Letters") == ["E1", "E2", "E3"], "after \(steps) steps")
            #expect(try await second.rows().allSatisfy { $0.completed != nil }, "after \(steps) steps")
            #expect(crashing.metrics.processed + courier.metrics.processed == 2, "after \(steps) steps")
            steps += 1
        }
        #expect(steps > 6)
    }

    /// A store that a courier works on until it is cut off from it, as by its end.
    private func breakable(_ base: some TimedStore) -> (store: any OutboxStore, end: @Sendable () -> Void) {
        let store = UnreliableStore(over: base)
        return (store, { store.disconnect() })
    }

    @Test(
        "an event that was taken before a crash and not completed is known when it comes again, and not taken twice",
        arguments: StoreKind.allCases)
    func between(_ kind: StoreKind) async throws {
        let shared = try kind.make()
        let (store, end) = breakable(shared.store)
        let first = TimedStage(shared)
        // The courier ends behind the append of the event, with the action behind it.
        let ending = try letters {
            From(.a) {
                On(.e1).stay().producing(.e2, .e3) { _, _ in [.e2, .e3] }
                On(.e2).stay().onEntry { _, _, _ in end() }
                On(.e3).stay()
            }
        }
        let instances = first.registry(ending)
        try first.send(.e1, in: instances)
        let crashing = try first.courier(OutboxDestination(ending, in: instances), on: store)
        first.scheduler.drain()
        #expect(try first.stored("Letters") == ["E1", "E2"] && crashing.metrics.processed == 0)
        #expect(try await first.rows().map { $0.claim != nil } == [true, false])
        let second = TimedStage(shared, after: 1)
        let machine = try counting()
        let courier = try second.courier(OutboxDestination(machine, in: second.registry(machine)))
        second.advance(.milliseconds(28_999))
        #expect(try second.stored("Letters") == ["E1", "E2"])
        second.advance(.milliseconds(1))
        #expect(try second.stored("Letters") == ["E1", "E2", "E3"])
        #expect(courier.metrics.skipped == 1 && courier.metrics.delivered == 1 && courier.metrics.retried == 0)
        #expect(try await second.rows().map(\.attempts) == [2, 1])
    }

    @Test("a crash at any step of handling brings the row again with its key, and never one before its predecessor")
    func handlerCrash() async throws {
        var (isOver, steps) = (false, 0)
        while !isOver {
            let shared = try StoreKind.memory.make()
            let sender = TimedStage(shared)
            try sender.post(["one", "two"])
            let (before, after) = (Notes(), Notes())
            let first = TimedStage(shared, after: 1)
            let crashing = try first.courier(
                OutboxDestination("mail") { entry in
                    before.add(entry.idempotencyKey)
                    return .done
                })
            for _ in 0..<steps { isOver = !first.scheduler.step() }
            let second = TimedStage(shared, after: 2)
            let courier = try second.courier(
                OutboxDestination("mail") { entry in
                    after.add(entry.idempotencyKey)
                    return before.words.contains(entry.idempotencyKey) ? .alreadyExecuted : .done
                })
            second.advance(.seconds(60))
            #expect(try await second.rows().allSatisfy { $0.completed != nil }, "after \(steps) steps")
            let keys = ["Post|1/1/0", "Post|1/2/0"]
            #expect(before.words == Array(keys.prefix(before.words.count)), "after \(steps) steps")
            #expect(after.words == Array(keys.suffix(after.words.count)), "after \(steps) steps")
            #expect(
                crashing.metrics.delivered + courier.metrics.delivered + courier.metrics.skipped == 2,
                "after \(steps) steps")
            steps += 1
        }
        #expect(steps > 6)
    }

    @Test("one that was paused past its claim completes nothing that another has, and nothing is taken twice")
    func paused() async throws {
        let machine = try counting()
        for retries in [0, 3] {
            for steps in 0...14 {
                let shared = try StoreKind.memory.make()
                let first = TimedStage(shared)
                let instances = first.registry(machine, retries: retries)
                try first.send(.e1, in: instances)
                let paused = try first.courier(OutboxDestination(machine, in: instances))
                for _ in 0..<steps { first.scheduler.step() }
                let second = TimedStage(shared, after: 41)
                let other = try second.courier(OutboxDestination(machine, in: second.registry(machine)))
                second.advance(.seconds(60))
                first.advance(.seconds(200))
                #expect(try second.stored("Letters") == ["E1", "E2", "E3"], "after \(steps) steps")
                #expect(
                    try await second.rows().allSatisfy { $0.completed != nil && $0.claim == nil },
                    "after \(steps) steps")
                #expect(paused.metrics.processed + other.metrics.processed == 2, "after \(steps) steps")
                #expect(paused.metrics.deadLetters == 0 && paused.metrics.retried == 0, "after \(steps) steps")
            }
        }
    }

    @Test(
        "a claim that another has taken over is not completed, given back or failed by the first",
        arguments: StoreKind.allCases)
    func overtaken(_ kind: StoreKind) async throws {
        for outcome in ["done", "failed", "already executed"] {
            let shared = try kind.make()
            let first = TimedStage(shared)
            try first.post(["x"])
            let (system, notes) = (first.system, Notes())
            let clock = MovableClock(first.scheduler)
            let courier = try first.courier(
                OutboxDestination("mail", retry: RetryPolicy.none) { _ in
                    await system.pause(for: .seconds(1))
                    notes.add(outcome)
                    switch outcome {
                    case "done": return .done
                    case "failed": throw Broken()
                    default: return .alreadyExecuted
                    }
                }, clock: clock)
            first.scheduler.drain()
            let store = first.store
            let taken = try first.scheduler.run {
                try await store.claim(
                    limit: 1, for: .seconds(600), as: ULID(high: 1, low: 1), at: .second(31))
            }
            #expect(taken.count == 1)
            first.advance(.seconds(5))
            #expect(notes.words == [outcome])
            #expect(try await first.rows() == taken, "\(outcome)")
            #expect(try await first.deadLetters().isEmpty, "\(outcome)")
            #expect(courier.metrics.conflicts == 1 && courier.metrics.processed == 0, "\(outcome)")
        }
    }

    @Test("a row that is begun behind the end of its claim is given back untried")
    func late() async throws {
        let stage = try TimedStage(.memory)
        try stage.post(["x"])
        let handler = NotingHandler()
        let clock = MovableClock(stage.scheduler)
        let courier = try stage.courier(OutboxDestination("mail", handler: handler), clock: clock)
        // It has claimed by now, and the row is not on its way.
        stage.scheduler.step()
        #expect(try await stage.rows().map { $0.claim != nil } == [true])
        clock.move(by: .seconds(31))
        stage.advance(.seconds(60))
        #expect(handler.words == ["x#1"])
        #expect(courier.metrics.delivered == 1 && courier.metrics.conflicts == 1)
    }

    /// What becomes of the append of an event that the outbox brings, and what must come of that.
    struct Fault: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var fault: WriteFault
        var metrics: @Sendable (OutboxCourierMetrics) -> Bool
    }

    static let faults = [
        Fault(testDescription: "refused", fault: .refused(.busy)) { $0.delivered == 2 && $0.retried == 1 },
        Fault(testDescription: "lost before the commit", fault: .lostBeforeCommit) {
            $0.delivered == 2 && $0.retried == 1
        },
        Fault(testDescription: "lost after the commit", fault: .lostAfterCommit) {
            $0.delivered == 1 && $0.skipped == 1 && $0.retried == 1
        },
        // Tried again at once, and no attempt of its policy.
        Fault(testDescription: "a conflict", fault: .conflict) {
            $0.delivered == 2 && $0.retried == 0 && $0.conflicts == 1
        },
    ]

    @Test("an append that fails, known or not, leaves each event once in the end", arguments: faults)
    func append(_ fault: Fault) throws {
        let stage = try TimedStage(.memory)
        let base = try #require(stage.store as? InMemoryStore)
        let store = UnreliableStore(over: base)
        let machine = try counting()
        let instances = stage.registry(machine, on: store)
        try stage.send(.e1, in: instances)
        store.failAppend(with: fault.fault)
        let courier = try stage.courier(OutboxDestination(machine, in: instances))
        stage.advance(.seconds(60))
        #expect(try stage.stored("Letters") == ["E1", "E2", "E3"])
        #expect(fault.metrics(courier.metrics), "\(courier.metrics)")
        #expect(courier.metrics.deadLetters == 0)
    }

    @Test("an instance to which others write all the time is a failure in the end, and not an endless loop")
    func conflicts() throws {
        let stage = try TimedStage(.memory)
        let base = try #require(stage.store as? InMemoryStore)
        let store = UnreliableStore(over: base)
        let machine = try counting()
        let instances = stage.registry(machine, on: store)
        try stage.send(.e1, in: instances)
        for number in 1...7 { store.failAppend(number, with: .conflict) }
        let courier = try stage.courier(OutboxDestination(machine, in: instances))
        stage.scheduler.drain()
        #expect(courier.metrics.conflicts == 5 && courier.metrics.retried == 1 && courier.metrics.delivered == 0)
        stage.advance(.seconds(1))
        #expect(courier.metrics.conflicts == 7 && courier.metrics.delivered == 2)
    }

    @Test("an event is judged by what other systems have written to its instance too", arguments: StoreKind.allCases)
    func behind(_ kind: StoreKind) throws {
        let machine = try letters {
            From(.a) { On(.e1).stay() }
            From(.a) { On(.e3).goto(.b) }
            From(.b) { On(.e2).goto(.c) }
        }
        let shared = try kind.make()
        let scheduler = StepScheduler(startingAt: .second(0))
        let (stage, other) = (TimedStage(shared, on: scheduler), TimedStage(shared, on: scheduler))
        let (behind, ahead) = (stage.registry(machine), other.registry(machine))
        try stage.send(.e1, in: behind)
        try other.send(.e3, in: ahead)
        // As far as the first system knows, no row takes it.
        try stage.post(try machine.message(.e2, to: "1"))
        let courier = try stage.courier(OutboxDestination(machine, in: behind, retry: RetryPolicy.none))
        scheduler.drain()
        #expect(try stage.stored("Letters") == ["E1", "E3", "E2"])
        #expect(courier.metrics.delivered == 1 && courier.metrics.deadLetters == 0)
    }

    @Test("a store that does not answer is asked again, later each time, and what is due is delivered once it does")
    func away() throws {
        let stage = try TimedStage(.memory)
        let base = try #require(stage.store as? InMemoryStore)
        let store = UnreliableStore(over: base)
        let handler = NotingHandler()
        let courier = try stage.courier(OutboxDestination("mail", handler: handler), on: store)
        stage.advance(.milliseconds(5_500))
        store.disconnect()
        try stage.post(["x"])
        // At 6, 7, 9 and 13 seconds, for it is polled every second until it fails.
        stage.advance(.milliseconds(9_500))
        #expect(courier.metrics.failures == 4 && handler.words.isEmpty)
        store.reconnect()
        stage.advance(.seconds(6))
        #expect(courier.metrics.delivered == 1 && stage.log.warnings.count == 4)
    }

    @Test("a store that fails while a row is under way brings it again when its claim has run out")
    func unsettled() throws {
        let stage = try TimedStage(.memory)
        let base = try #require(stage.store as? InMemoryStore)
        let store = UnreliableStore(over: base)
        let machine = try counting()
        let instances = stage.registry(machine)
        let notes = Notes()
        let courier = try stage.courier(
            OutboxDestination("mail") { entry in
                notes.add("\(entry.attempts)")
                if entry.attempts == 1 { store.disconnect() }
                return entry.attempts == 1 ? .done : .alreadyExecuted
            }, OutboxDestination(machine, in: instances), on: store)
        try stage.post(["x"])
        stage.advance(.seconds(2))
        store.reconnect()
        stage.advance(.milliseconds(27_999))
        #expect(notes.words == ["1"])
        stage.advance(.seconds(4))
        #expect(notes.words == ["1", "2"] && courier.metrics.skipped == 1)
    }

    @Test("a store that does not tell of changes is polled, and so late is what is written in between")
    func polled() throws {
        let stage = try TimedStage(.memory)
        let base = try #require(stage.store as? InMemoryStore)
        let courier = try stage.courier(
            OutboxDestination("mail") { _ in .done }, on: UnreliableStore(over: base))
        stage.advance(.milliseconds(2_500))
        try stage.post(["x"])
        stage.advance(.milliseconds(499))
        #expect(courier.metrics.delivered == 0)
        stage.advance(.milliseconds(1))
        #expect(courier.metrics.delivered == 1 && courier.metrics.lateness == .milliseconds(500))
    }
}
