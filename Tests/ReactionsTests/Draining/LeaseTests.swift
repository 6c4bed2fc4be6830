import Actors
import EventSourcing
import Reactions
import Testing

@Suite("The leases of claims")
struct LeaseTests {
    let gate = Gate()
    let record = Record()

    /// An application whose reaction says when it is called, and waits at the gate with the first event.
    private func application(
        _ stage: SteppedStage, on store: (any ReactionStore)? = nil, in system: ActorSystem? = nil,
        clock: (any ActorClock)? = nil
    ) throws -> Application {
        try stage.application(on: store, in: system, clock: clock) { [gate, record] in
            Counter.self
            On(Counter.Incremented.self, "note").do { event, _, _ in
                record.add("begin \(event.amount)")
                if event.amount == 1 { try await gate.passUnlessCancelled() }
                record.add("end \(event.amount)")
            }
        }
    }

    /// Cuts a worker off from its store for longer than its lease.
    private func cutOff(_ stage: SteppedStage, inBetween body: () -> Void = {}) {
        stage.store.fail { _ in NotToday() }
        stage.advance(by: .seconds(1))
        body()
        stage.advance(by: .seconds(20))
        stage.store.fail(nil)
        stage.advance(by: .seconds(32))
    }

    @Test(
        "what was done while the store did not answer is done, also behind the end of its lease",
        arguments: StoreKind.allCases)
    func doneMeanwhile(_ kind: StoreKind) throws {
        let stage = try SteppedStage(kind)
        let app = try application(stage)
        try stage.increment(app, by: 1, 2)
        stage.work()
        #expect(record.words == ["begin 1"])
        cutOff(stage) { gate.open() }
        #expect(record.words == ["begin 1", "end 1", "begin 2", "end 2"])
        let row = try #require(try stage.subscriptions().first)
        #expect(row.watermark == 2 && row.retries == 0 && row.holding == nil && row.failure == nil)
        try stage.shutdown(app)
    }

    @Test(
        "a handler that runs while the store does not answer goes on, also behind the end of its lease",
        arguments: StoreKind.allCases)
    func running(_ kind: StoreKind) throws {
        let stage = try SteppedStage(kind)
        let app = try application(stage)
        try stage.increment(app, by: 1)
        stage.work()
        cutOff(stage)
        let held = try #require(try stage.subscriptions().first)
        #expect(held.fencingNumber == 1 && held.holding.map { $0.until > stage.now } == true)
        gate.open()
        stage.work()
        #expect(record.words == ["begin 1", "end 1"])
        #expect(try stage.subscriptions().first?.watermark == 1)
        try stage.shutdown(app)
    }

    @Test("a clock that is put back takes nothing from a worker that has it in hand", arguments: StoreKind.allCases)
    func putBackAtWork(_ kind: StoreKind) throws {
        let stage = try SteppedStage(kind)
        let clock = MovedClock(stage.system.clock)
        let app = try application(stage, clock: clock)
        let other = try application(stage, in: stage.otherSystem(), clock: clock)
        try stage.increment(app, by: 1)
        stage.work()
        clock.move(by: .seconds(-3_600))
        stage.advance(by: .seconds(200))
        let held = try #require(try stage.subscriptions().first)
        #expect(held.fencingNumber == 1 && held.retries == 0)
        #expect(held.holding.map { $0.until > clock.now && $0.until <= clock.now.adding(.seconds(10)) } == true)
        gate.open()
        stage.work()
        #expect(record.words == ["begin 1", "end 1"])
        try stage.shutdown(app, other)
    }

    @Test(
        "a clock that is put back keeps nobody waiting for who is gone: neither for claims, nor for the correlation",
        arguments: [true, false], StoreKind.allCases)
    func putBackBehindItsEnd(isThereBefore: Bool, _ kind: StoreKind) throws {
        let stage = try SteppedStage(kind)
        let clock = MovedClock(stage.system.clock)
        let way = CountedStore(stage.store)
        let one = try application(stage, on: way, clock: clock)
        try stage.increment(one, by: 1)
        stage.work()
        way.fail { _ in NotToday() }
        let system = stage.otherSystem()
        var other = isThereBefore ? try application(stage, in: system, clock: clock) : nil
        stage.work()
        clock.move(by: .seconds(-3_600))
        let follower = try other.take() ?? application(stage, in: system, clock: clock)
        try stage.increment(follower, "c-2", by: 2)
        stage.advance(by: .seconds(9))
        #expect(record.words == ["begin 1", "begin 2", "end 2"])
        // Who was there waits for the end that it knew of, and then for a term.
        stage.advance(by: .seconds(12))
        #expect(record.words == ["begin 1", "begin 2", "end 2", "begin 1"])
        let taken = try #require(try stage.subscriptions(.these(Counter.id("c-1"))).first)
        #expect(taken.fencingNumber == 2 && taken.retries == 1 && taken.holding?.holder == system.writerID)
        way.fail(nil)
        gate.open()
        stage.advance(by: .seconds(1))
        #expect(try stage.subscriptions(.these(Counter.id("c-1"))).first?.watermark == 1)
        try stage.shutdown(one, follower)
    }

    @Test("who correlates by hand does not wait for who has done so before the clock was put back either")
    func correlatedBefore() async throws {
        let stage = try ReactionStage(.memory)
        try await stage.increment(by: 2)
        let before = stage.clock.now.adding(.seconds(3_600))
        _ = try await stage.store.acquire(
            "correlate/counting", for: .seconds(10), as: ULID(high: 1, low: 1), by: WriterID(ULID(high: 1, low: 1)),
            at: before)
        try await stage.application {
            Counter.self
            On(Counter.Incremented.self, "note").do { event, _, _ in record.add("\(event.amount)") }
        } do: { app async throws in
            #expect(try await app.settle().handled == 1)
        }
        #expect(record.words == ["2"])
    }
}
