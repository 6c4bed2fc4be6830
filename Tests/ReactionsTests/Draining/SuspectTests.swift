import Actors
import EventSourcing
import Reactions
import Testing

@Suite("Who it was that ended a worker")
struct SuspectTests {
    let record = Record()

    /// An application with two reactions to each increment, by hand.
    private func application(
        _ stage: SteppedStage, retry: ReactionRetry = ReactionRetry(),
        second: @escaping @Sendable (Int) throws -> Void = { _ in }
    ) throws -> Application {
        try stage.application(settings: ApplicationSettings(isSelfDriving: false)) { [record] in
            Counter.self
            On(Counter.Incremented.self, "a").retry(retry).do { event, _, _ in record.add("a\(event.amount)") }
            On(Counter.Incremented.self, "b").retry(retry).do { event, _, _ in
                record.add("b\(event.amount)")
                try second(event.amount)
            }
        }
    }

    /// Claims the one subscription as another process would that ends each time before it says what it did.
    private func vanish(on stage: SteppedStage, times: Int = 1) throws {
        for _ in 0..<times {
            let claims = try stage.ask { [now = stage.now] store in
                try await store.claim(
                    ClaimPlaces(lagging: 1, leading: 0), in: nil, of: "counting", for: .seconds(10),
                    by: WriterID(ULID(high: 1, low: 1)), at: now)
            }
            #expect(claims.count == 1)
            stage.advance(by: .seconds(10))
        }
    }

    @Test(
        "one worker that vanished blames nobody: any of the reactions may have ended it", arguments: StoreKind.allCases)
    func nobody(_ kind: StoreKind) throws {
        let stage = try SteppedStage(kind)
        let app = try application(stage, retry: ReactionRetry(maxRetries: 0))
        try stage.increment(app, by: 1, 2)
        try stage.run { try await app.correlate() }
        try vanish(on: stage)
        let totals = try stage.run { try await app.drain() }
        #expect(totals.handled == 2 && totals.blocked == 0)
        #expect(record.words == ["a1", "b1", "a2", "b2"])
        try stage.shutdown(app)
    }

    @Test(
        "behind that the reactions to an event are called one at a time, and the end of each is told before the next",
        arguments: StoreKind.allCases)
    func oneAtATime(_ kind: StoreKind) throws {
        let (stage, told) = (try SteppedStage(kind), Record())
        let app = try application(stage)
        try stage.increment(app, by: 1, 2)
        try stage.run { try await app.correlate() }
        try vanish(on: stage)
        let listener = app.lifecycle()
        Task.detached(executorPreference: stage.scheduler) {
            for await event in listener {
                guard case .acked(let subscriptions) = event else { continue }
                told.add(subscriptions.map { "\($0.watermark) \($0.handled) \($0.retries)" }.joined())
            }
        }
        stage.work()
        try stage.run { try await app.drain() }
        stage.work()
        #expect(told.words == [#"0 ["a"] 1"#, "1 [] 0", "2 [] 0"])
        #expect(record.words == ["a1", "b1", "a2", "b2"])
        try stage.shutdown(app)
    }

    @Test(
        "the one that was called alone when workers vanished is blocked, and those before it are done and not blamed",
        arguments: StoreKind.allCases)
    func blamed(_ kind: StoreKind) throws {
        let stage = try SteppedStage(kind)
        let until = stage.now.adding(.seconds(15))
        // It stands where it is without a failure, as if its worker had ended there.
        let app = try application(stage) { [stage] _ in if stage.now < until { throw Defer(until: until) } }
        try stage.increment(app, by: 1)
        try stage.run { try await app.correlate() }
        try vanish(on: stage)
        try stage.run { try await app.drain() }
        #expect(record.words == ["a1", "b1"])
        stage.advance(by: .seconds(5))
        try vanish(on: stage, times: 3)
        let totals = try stage.run { try await app.drain() }
        #expect(totals.blocked == 1 && record.words == ["a1", "b1"])
        let blocked = try #require(try stage.subscriptions().first)
        #expect(blocked.failure?.reaction == "b" && blocked.handled == ["a"])
        #expect(
            blocked.failure?.attempts.last?.message == "it was called 4 times, and the last call never came to an end")
        try stage.shutdown(app)
    }

    @Test(
        "a reaction that had failed, and was done when its worker vanished, is not blocked for that",
        arguments: StoreKind.allCases)
    func failedBefore(_ kind: StoreKind) throws {
        let (stage, failures) = (try SteppedStage(kind), Failures(1))
        let app = try application(stage, retry: .fixed(.seconds(1), retries: 1)) { _ in try failures.next() }
        try stage.increment(app, by: 1, 2)
        #expect(try stage.run { try await app.settle().failed } == 1)
        stage.advance(by: .seconds(1))
        try vanish(on: stage)
        let totals = try stage.run { try await app.drain() }
        #expect(totals.handled == 2 && totals.blocked == 0)
        #expect(record.words == ["a1", "b1", "b1", "a2", "b2"])
        try stage.shutdown(app)
    }

    @Test("what fails loudly behind many tries is blocked all the same", arguments: [3, 50, 60])
    func loud(_ retries: Int) throws {
        let stage = try SteppedStage(.memory)
        let app = try application(stage, retry: ReactionRetry(maxRetries: retries)) { _ in throw NotToday() }
        try stage.increment(app, by: 1)
        let totals = try stage.run { try await app.settle() }
        #expect(totals.failed == retries + 1 && totals.blocked == 1)
        try stage.shutdown(app)
    }
}
