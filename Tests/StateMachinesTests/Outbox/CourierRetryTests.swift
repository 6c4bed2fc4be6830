import Actors
import EventSourcing
import EventSourcingTestKit
import StateMachines
import Testing

@Suite("A courier whose rows fail")
struct CourierRetryTests {
    @Test(
        "machines 183: two are completed, and what had been executed already is skipped", arguments: StoreKind.allCases)
    func worker(_ kind: StoreKind) async throws {
        let stage = try TimedStage(kind)
        let handler = NotingHandler { entry in entry.word == "old" ? .alreadyExecuted : .done }
        try stage.post(["one"], of: "1")
        try stage.post(["two"], of: "2")
        let courier = try stage.courier(OutboxDestination("mail", handler: handler))
        stage.scheduler.drain()
        #expect(courier.metrics.delivered == 2)
        try stage.post(["old"], of: "3")
        stage.scheduler.drain()
        #expect(courier.metrics.delivered == 2 && courier.metrics.skipped == 1)
        #expect(try await stage.rows().allSatisfy { $0.completed != nil && $0.attempts == 1 })
    }

    @Test(
        "machines 183: one that fails twice is tried again at its times, and is completed at the third attempt",
        arguments: StoreKind.allCases)
    func twice(_ kind: StoreKind) async throws {
        let stage = try TimedStage(kind)
        let handler = NotingHandler { entry in
            if entry.attempts < 3 { throw Broken() }
            return .done
        }
        try stage.post(["x"])
        let courier = try stage.courier(
            OutboxDestination("mail", retry: try .fixed(.milliseconds(50), attempts: 5), handler: handler))
        stage.scheduler.drain()
        let row = try #require(try await stage.rows().first)
        #expect(row.claim == nil && row.attempts == 1 && row.lastError == "Always fails")
        #expect(row.due == stage.scheduler.now.adding(.milliseconds(50)))
        stage.advance(.microseconds(49_999))
        #expect(handler.words == ["x#1"])
        stage.advance(.microseconds(1))
        #expect(handler.words == ["x#1", "x#2"])
        stage.advance(.milliseconds(50))
        #expect(handler.words == ["x#1", "x#2", "x#3"])
        #expect(courier.metrics.delivered == 1 && courier.metrics.retried == 2 && courier.metrics.lateness == .zero)
        #expect(try await stage.rows().map(\.completed) == [stage.scheduler.now])
        #expect(stage.log.warnings.count == 2)
    }

    @Test(
        "machines 183: one that always fails is executed as often as its policy says, and is a dead letter then",
        arguments: StoreKind.allCases)
    func always(_ kind: StoreKind) async throws {
        let stage = try TimedStage(kind)
        let handler = NotingHandler { _ in throw Broken() }
        try stage.post(["x"])
        let courier = try stage.courier(
            OutboxDestination("mail", retry: try .fixed(.milliseconds(50), attempts: 2), handler: handler))
        stage.advance(.seconds(600))
        #expect(handler.words == ["x#1", "x#2"])
        #expect(courier.metrics.deadLetters == 1 && courier.metrics.retried == 1)
        let letter = try #require(try await stage.deadLetters().first)
        #expect(letter.reason == "Always fails" && letter.attempts == 2 && letter.recipient == "mail")
        #expect(letter.source == .outbox(key: "Post|1/1/0") && letter.time == TimedStage.moment(milliseconds: 50))
        #expect(stage.log.warnings.last == "A row of the outbox was given up.")
    }

    @Test(
        "machines 183: of a mix one is delivered, one given up, one skipped, and three are processed",
        arguments: StoreKind.allCases)
    func mix(_ kind: StoreKind) throws {
        let stage = try TimedStage(kind)
        for (id, word) in [("1", "good"), ("2", "bad"), ("3", "old")] { try stage.post([word], of: id) }
        let courier = try stage.courier(
            OutboxDestination("mail", retry: RetryPolicy.none) { entry in
                switch entry.word {
                case "bad": throw Broken()
                case "old": .alreadyExecuted
                default: .done
                }
            })
        stage.advance(.seconds(60))
        let metrics = courier.metrics
        #expect(metrics.delivered == 1 && metrics.deadLetters == 1 && metrics.skipped == 1)
        #expect(metrics.processed == 3 && metrics.retried == 0)
    }

    @Test("waits grow by their factor up to their cap, at the moments of the courier's clock")
    func exponential() throws {
        let stage = try TimedStage(.memory)
        let (notes, scheduler) = (Notes(), stage.scheduler)
        try stage.post(["x"])
        let policy = try RetryPolicy.exponential(initial: .seconds(1), factor: 3, cap: .seconds(10), attempts: 6)
        let courier = try stage.courier(
            OutboxDestination("mail") { _ in
                notes.add("\(scheduler.now.duration(since: .second(0)).components.seconds)")
                throw Broken()
            }, settings: .steady(retry: policy))
        stage.advance(.seconds(600))
        #expect(notes.words == ["0", "1", "4", "13", "23", "33"])
        #expect(courier.metrics.deadLetters == 1 && courier.metrics.retried == 5)
    }

    @Test(
        "an event that its instance refuses is a dead letter in the end, and what was produced behind it goes on then",
        arguments: StoreKind.allCases)
    func refused(_ kind: StoreKind) async throws {
        let stage = try TimedStage(kind)
        let machine = try letters {
            From(.a) { On(.e1).goto(.b).producing(.e1).producing(.e3).producing(.e2) }
            From(.b) {
                On(.e2).stop("it is over")
                On(.e3).where("never") { _, _ in false }.goto(.c)
            }
        }
        let instances = stage.registry(machine)
        let courier = try stage.courier(
            OutboxDestination(machine, in: instances, retry: try .fixed(.seconds(1), attempts: 3)))
        try stage.send(.e1, to: "1", in: instances)
        stage.advance(.milliseconds(1_999))
        #expect(try stage.stored("Letters") == ["E1"])
        #expect(try await stage.deadLetters().isEmpty)
        // Another instance's rows do not wait behind it.
        try stage.send(.e1, to: "2", in: instances)
        stage.advance(.seconds(60))
        for id in ["1", "2"] { #expect(try stage.stored("Letters", id) == ["E1", "E2"]) }
        let letters = try await stage.deadLetters().filter { $0.persistenceID?.entityID == "1" }
        #expect(letters.map(\.attempts) == [3, 3] && letters.map(\.recipient) == ["Letters|1", "Letters|1"])
        #expect(letters.first?.reason == "Letters in B takes no E1; it takes E2, E3")
        #expect(letters.last?.reason.contains("for no condition holds: never") == true)
        #expect(letters.map(\.time) == [.second(2), .second(4)])
        #expect(courier.metrics.delivered == 2 && courier.metrics.deadLetters == 4 && courier.metrics.retried == 8)
    }

    @Test("an event for an instance that has stopped is a failure like another", arguments: StoreKind.allCases)
    func stopped(_ kind: StoreKind) async throws {
        let stage = try TimedStage(kind)
        let machine = try letters {
            From(.a) { On(.e1).stop("it is over").producing(.e2) }
        }
        let instances = stage.registry(machine)
        let courier = try stage.courier(OutboxDestination(machine, in: instances, retry: RetryPolicy.none))
        try stage.send(.e1, in: instances)
        stage.advance(.seconds(60))
        #expect(
            try await stage.deadLetters().map(\.reason) == ["Letters has stopped (it is over), and takes nothing more"])
        #expect(courier.metrics.deadLetters == 1 && courier.metrics.delivered == 0)
    }

    @Test(
        "a dead letter that is replayed is delivered under its old key",
        arguments: StoreKind.allCases)
    func replayed(_ kind: StoreKind) async throws {
        let stage = try TimedStage(kind)
        let machine = try letters {
            From(.a) {
                On(.e1).stay().producing(.e2)
                On(.e3).goto(.b)
            }
            From(.b) { On(.e2).stay() }
        }
        let instances = stage.registry(machine)
        let courier = try stage.courier(OutboxDestination(machine, in: instances, retry: RetryPolicy.none))
        try stage.send(.e1, in: instances)
        stage.scheduler.drain()
        let letter = try #require(try await stage.deadLetters().first)
        #expect(try stage.stored("Letters") == ["E1"] && courier.metrics.deadLetters == 1)
        try stage.send(.e3, in: instances)
        #expect(try await stage.store.replay(letter, at: .second(0)))
        stage.scheduler.drain()
        #expect(try stage.stored("Letters") == ["E1", "E3", "E2"])
        #expect(try await stage.deadLetters().isEmpty)
        #expect(try await stage.rows().map(\.idempotencyKey) == ["Letters|1/1/0"])
        #expect(courier.metrics.delivered == 1)
    }

    @Test("a dead letter whose event was taken all the same is known when it is replayed")
    func replayedTwice() async throws {
        let stage = try TimedStage(.memory)
        let base = try #require(stage.store as? InMemoryStore)
        let store = UnreliableStore(over: base)
        let machine = try letters {
            From(.a) {
                On(.e1).stay().producing(.e2)
                On(.e2).stay()
            }
        }
        let instances = stage.registry(machine, on: store)
        try stage.send(.e1, in: instances)
        store.failAppend(with: .lostAfterCommit)
        let courier = try stage.courier(OutboxDestination(machine, in: instances, retry: RetryPolicy.none))
        stage.scheduler.drain()
        let letter = try #require(try await stage.deadLetters().first)
        #expect(try stage.stored("Letters") == ["E1", "E2"] && courier.metrics.deadLetters == 1)
        #expect(try await stage.store.replay(letter, at: .second(0)))
        stage.advance(.seconds(5))
        #expect(try stage.stored("Letters") == ["E1", "E2"])
        #expect(courier.metrics.skipped == 1 && courier.metrics.delivered == 0)
        #expect(try await stage.rows().map { $0.completed != nil } == [true])
    }

    @Test("a row for a destination that the courier does not know is a failure, and so is what can't be read")
    func unknown() async throws {
        let stage = try TimedStage(.memory)
        let machine = try dominoes()
        let courier = try stage.courier(
            OutboxDestination(machine, in: stage.registry(machine)), settings: .steady(retry: RetryPolicy.none))
        for (id, destination) in [("1", "nobody"), ("2", "Stranger|1"), ("3", "Letters|1"), ("4", "Letters|")] {
            try stage.post(NewOutboxEntry(to: destination, payload: [91]), of: id)
        }
        stage.advance(.seconds(1))
        let reasons = try await stage.deadLetters().sorted { $0.number < $1.number }.map(\.reason)
        #expect(courier.metrics.deadLetters == 4 && reasons.count == 4)
        #expect(
            Set(reasons).isSuperset(of: [
                "the courier knows no destination called nobody",
                "the courier knows no destination called Stranger|1", "Entity ID must not be empty",
            ]))
        #expect(try stage.stored("Letters").isEmpty)
    }

    @Test("a handler that takes too long is cancelled and tried again, and its row is not lost")
    func tooLong() async throws {
        let stage = try TimedStage(.memory)
        let (notes, system) = (Notes(), stage.system)
        try stage.post(["x"])
        let courier = try stage.courier(
            OutboxDestination("mail") { entry in
                if entry.attempts == 1 {
                    for _ in 1...60 where !Task.isCancelled { await system.pause(for: .seconds(1)) }
                    notes.add("cancelled: \(Task.isCancelled)")
                }
                return .done
            }, settings: .steady(answer: .seconds(3), retry: .fixed(.seconds(5), attempts: 2)))
        stage.advance(.milliseconds(7_999))
        #expect(courier.metrics.retried == 1 && courier.metrics.delivered == 0)
        #expect(notes.words == ["cancelled: true"])
        #expect(try await stage.rows().first?.lastError?.contains("did not answer within 3.0 seconds") == true)
        stage.advance(.milliseconds(1))
        #expect(courier.metrics.delivered == 1)
    }

    @Test("waits before a retry are longer by their jitter at the most, and never shorter")
    func jitter() async throws {
        var waits: Set<Timestamp> = []
        for seed in 1...20 as ClosedRange<UInt64> {
            let stage = TimedStage(try StoreKind.memory.make(), on: StepScheduler(startingAt: .second(0), seed: seed))
            try stage.post(["x"])
            let courier = try stage.courier(
                OutboxDestination("mail") { _ in throw Broken() },
                settings: OutboxCourierSettings(jitter: 0.5, retry: .fixed(.seconds(10), attempts: 2)))
            stage.scheduler.drain()
            let due = try #require(try await stage.rows().first?.due)
            #expect(courier.metrics.retried == 1 && due >= .second(10) && due <= .second(15), "seed \(seed)")
            waits.insert(due)
        }
        #expect(waits.count > 10)
    }

    @Test(
        "a row that is given up is overtaken by those behind it, and comes last when it is replayed",
        arguments: StoreKind.allCases)
    func givenUp(_ kind: StoreKind) async throws {
        let stage = try TimedStage(kind)
        try stage.post(["first", "second"])
        let handler = NotingHandler { entry in
            if entry.number == 1 { throw Broken() }
            return .done
        }
        let courier = try stage.courier(
            OutboxDestination("mail", retry: try .fixed(.seconds(1), attempts: 2), handler: handler))
        stage.advance(.milliseconds(500))
        #expect(handler.words == ["first#1"], "it holds up the one behind it as long as it is tried")
        stage.advance(.seconds(2))
        #expect(handler.words == ["first#1", "first#2", "second#1"])
        try stage.post(["third"])
        let letter = try #require(try await stage.deadLetters().first)
        let (store, now) = (stage.store, stage.scheduler.now)
        #expect(try stage.scheduler.run { try await store.replay(letter, at: now) })
        stage.advance(.seconds(2))
        #expect(handler.words.suffix(2) == ["third#1", "first#1"])
        #expect(courier.metrics.delivered == 3 && courier.metrics.deadLetters == 1)
    }
}

extension TimedStage {
    /// So many milliseconds after the stages begin.
    static func moment(milliseconds: Int64) -> Timestamp { .second(0).adding(.milliseconds(milliseconds)) }
}
