import Actors
import EventSourcing
import Reactions
import Testing

@Suite("Reactions wait, and go on by themselves")
struct WaitingTests {
    @Test(
        "how long is waited behind each try",
        arguments: [
            (Backoff.none, [0, 0, 0, 0]), (.fixed(.seconds(3)), [3, 3, 3, 3]),
            (.linear(base: .seconds(2), cap: .seconds(5)), [2, 4, 5, 5]),
            (.linear(base: .seconds(5), cap: .seconds(5)), [5, 5, 5, 5]),
            (.exponential(base: .seconds(1), cap: .seconds(6)), [1, 2, 4, 6]),
            (.exponential(base: .zero, cap: .seconds(6)), [0, 0, 0, 0]),
        ])
    func backoff(_ backoff: Backoff, _ seconds: [Int]) {
        #expect((1...4).map { backoff.delay(afterTries: $0) } == seconds.map { .seconds($0) })
        // However often, it is neither longer nor an overflow.
        #expect(backoff.delay(afterTries: 1_000_000) == .seconds(seconds[3]))
        #expect(backoff.delay(afterTries: 0) == .seconds(seconds[0]))
    }

    @Test(
        "a failed reaction is called again at its times on an idle system",
        arguments: StoreKind.allCases,
        [
            Backoff.fixed(.seconds(2)), .linear(base: .seconds(2), cap: .seconds(5)),
            .exponential(base: .seconds(2), cap: .seconds(60)),
        ])
    func retried(_ kind: StoreKind, _ backoff: Backoff) throws {
        let (stage, record) = (try SteppedStage(kind), Record())
        let app = try stage.application {
            Counter.self
            On(Counter.Incremented.self, "fail").retry(ReactionRetry(backoff: backoff)).do { [stage] _, _, _ in
                record.add("\(Int((stage.elapsed / .seconds(1)).rounded()))")
                throw NotToday()
            }
        }
        try stage.increment(app, by: 1)
        stage.advance(by: .seconds(100))
        var (time, times) = (Duration.zero, [Duration.zero])
        for tries in 1...3 {
            time += backoff.delay(afterTries: tries)
            times.append(time)
        }
        #expect(record.words == times.map { "\($0.components.seconds)" })
        let blocked = try #require(try stage.subscriptions().first)
        #expect(blocked.failure?.attempts.count == 4 && blocked.blocked != nil)
        try stage.shutdown(app)
    }

    @Test("an event is put off by its reaction, which is no failure", arguments: StoreKind.allCases)
    func put(_ kind: StoreKind) throws {
        let (stage, record) = (try SteppedStage(kind), Record())
        let app = try stage.application {
            Counter.self
            On(Counter.Incremented.self, "later").retry(ReactionRetry(maxRetries: 0)).do { [stage] event, _, _ in
                let until = event.timestamp.adding(.seconds(30))
                record.add("\(event.amount) \(stage.now < until ? "early" : "due")")
                if stage.now < until { throw Defer(until: until) }
            }
        }
        try stage.increment(app, by: 1)
        stage.advance(by: .seconds(1))
        try stage.increment(app, by: 2)
        stage.advance(by: .seconds(28))
        #expect(record.words == ["1 early"])
        let waiting = try #require(try stage.subscriptions().first)
        #expect(waiting.watermark == 0 && waiting.retries == 0 && waiting.failure == nil)
        #expect(waiting.due == SteppedStage.start.adding(.seconds(30)))
        stage.advance(by: .milliseconds(1_500))
        #expect(record.words == ["1 early", "1 due", "2 early"])
        stage.advance(by: .seconds(1))
        #expect(record.words == ["1 early", "1 due", "2 early", "2 due"])
        #expect(stage.log.warnings.isEmpty)
        try stage.shutdown(app)
    }

    @Test("a reaction that is deferred fires so long after its event, on an idle system", arguments: StoreKind.allCases)
    func deferred(_ kind: StoreKind) throws {
        let (stage, record) = (try SteppedStage(kind), Record())
        let app = try stage.application {
            Counter.self
            On(Counter.Incremented.self, "later").deferred(by: .seconds(90)).do { event, _, _ in
                record.add("\(event.amount)")
            }
        }
        try stage.increment(app, by: 1)
        stage.advance(by: .seconds(10))
        try stage.increment(app, by: 2)
        stage.advance(by: .milliseconds(79_900))
        #expect(record.words.isEmpty)
        stage.advance(by: .milliseconds(200))
        #expect(record.words == ["1"])
        stage.advance(by: .seconds(10))
        #expect(record.words == ["1", "2"])
        try stage.shutdown(app)
    }

    @Test("a store that does not tell of its changes is asked every second", arguments: StoreKind.allCases)
    func polled(_ kind: StoreKind) throws {
        let (stage, record) = (try SteppedStage(kind), Record())
        let app = try stage.application(on: PolledStore(base: stage.store)) {
            Counter.self
            On(Counter.Incremented.self, "note").do { event, _, _ in record.add("\(event.amount)") }
        }
        stage.work()
        try stage.increment(app, by: 1)
        stage.advance(by: .milliseconds(900))
        #expect(record.words.isEmpty)
        stage.advance(by: .milliseconds(200))
        #expect(record.words == ["1"])
        try stage.append("Incremented", #"{"amount":2}"#, to: Counter.id("c-2"))
        stage.advance(by: .milliseconds(1_100))
        #expect(record.words == ["1", "2"])
        try stage.shutdown(app)
    }

    @Test("an idle application asks its store next to nothing", arguments: StoreKind.allCases)
    func idle(_ kind: StoreKind) throws {
        let stage = try SteppedStage(kind)
        func make(in system: ActorSystem) throws -> Application {
            try stage.application(in: system) {
                Counter.self
                On(Counter.Incremented.self, "note").do { _, _, _ in }
            }
        }
        let (one, other) = (try make(in: stage.system), try make(in: stage.otherSystem()))
        try stage.increment(one, by: 1, 2)
        try stage.run { try await one.settle() }
        let before = stage.store.total
        stage.advance(by: .seconds(120))
        #expect(stage.store.total - before < 100)
        try stage.shutdown(one, other)
    }

    @Test(
        "while all places are taken, what is due does not wake the application again and again",
        arguments: StoreKind.allCases)
    func taken(_ kind: StoreKind) throws {
        let (stage, gate, failures) = (try SteppedStage(kind), Gate(), Failures(1))
        let settings = try ApplicationSettings(limits: .init(streams: 1))
        let app = try stage.application(settings: settings) {
            Counter.self
            On(Counter.Incremented.self, "note").retry(.fixed(.seconds(1))).do { _, stream, _ in
                if stream.entityID == "c-2" { return await gate.pass() }
                try failures.next()
            }
        }
        try stage.increment(app, by: 1)
        stage.work()
        try stage.increment(app, "c-2", by: 1)
        stage.advance(by: .milliseconds(500))
        #expect(gate.held == 1)
        let before = stage.store.total
        stage.advance(by: .seconds(10))
        #expect(stage.store.total - before < 100)
        gate.open()
        stage.work()
        #expect(failures.calls == 2)
        try stage.shutdown(app)
    }

    @Test(
        "a store that fails five times in a row is left alone for half a minute, which ends by itself",
        arguments: StoreKind.allCases)
    func breaker(_ kind: StoreKind) throws {
        let (stage, record) = (try SteppedStage(kind), Record())
        let clock = MovedClock(stage.system.clock)
        let app = try stage.application(clock: clock) {
            Counter.self
            On(Counter.Incremented.self, "note").do { event, _, _ in record.add("\(event.amount)") }
        }
        stage.work()
        stage.store.fail { call in call == .checkpoint || call == .claim ? NotToday() : nil }
        try stage.increment(app, by: 1)
        stage.advance(by: .milliseconds(450))
        #expect(stage.log.warnings.count == 5)
        stage.advance(by: .seconds(29))
        #expect(stage.log.warnings.count == 5)
        // One more failure is enough to open it again.
        stage.advance(by: .seconds(2))
        #expect(stage.log.warnings.count == 6)
        stage.store.fail(nil)
        stage.advance(by: .seconds(27))
        #expect(record.words.isEmpty)
        stage.advance(by: .seconds(4))
        #expect(record.words == ["1"])
        // Whoever asks is answered, be it with the failure.
        stage.store.fail { call in call == .claim ? NotToday() : nil }
        try stage.increment(app, by: 2)
        stage.advance(by: .seconds(1))
        #expect(throws: NotToday.self) { try stage.run { try await app.settle() } }
        stage.store.fail(nil)
        let totals = try stage.run { try await app.settle() }
        #expect(totals.handled == 1 && record.words == ["1", "2"])
        #expect(Set(stage.log.warnings) == ["The store did not answer; that is tried again."])
        try stage.shutdown(app)
    }

    @Test("a clock that is put back does not keep the store from being asked", arguments: StoreKind.allCases)
    func breakerAndClock(_ kind: StoreKind) throws {
        let (stage, record) = (try SteppedStage(kind), Record())
        let clock = MovedClock(stage.system.clock)
        let app = try stage.application(clock: clock) {
            Counter.self
            On(Counter.Incremented.self, "note").do { event, _, _ in record.add("\(event.amount)") }
        }
        stage.work()
        stage.store.fail { call in call == .claim ? NotToday() : nil }
        try stage.increment(app, by: 1)
        stage.advance(by: .milliseconds(450))
        #expect(stage.log.warnings.count == 5)
        stage.store.fail(nil)
        clock.move(by: .seconds(-3_600))
        stage.advance(by: .seconds(31))
        #expect(record.words == ["1"])
        try stage.shutdown(app)
    }
}

/// A clock that somebody puts on or back.
final class MovedClock: ActorClock {
    private let base: any ActorClock
    private let offset = Locked(Duration.zero)

    init(_ base: any ActorClock) { self.base = base }

    var now: Timestamp { base.now.adding(offset.withLock { $0 }) }

    func move(by duration: Duration) { offset.withLock { $0 += duration } }
}
