import Actors
import EventSourcing
import Reactions
import Testing

@Suite("Handlers that do not come back")
struct HeldHandlerTests {
    let gate = Gate()
    let record = Record()

    /// An application whose reaction stays where it is for the counter `held`.
    private func application(
        _ stage: SteppedStage, minding isMinding: Bool = true, retry: ReactionRetry = ReactionRetry(),
        on store: (any ReactionStore)? = nil, in system: ActorSystem? = nil, settings: ApplicationSettings? = nil
    ) throws -> Application {
        try stage.application(on: store, in: system, settings: settings) { [gate, record] in
            Counter.self
            On(Counter.Incremented.self, "stay").retry(retry).do { event, stream, _ in
                record.add("begin \(stream.entityID) \(event.amount)")
                if stream.entityID == "held" {
                    if isMinding { try await gate.passUnlessCancelled() } else { await gate.pass() }
                }
                record.add("end \(stream.entityID) \(event.amount)")
            }
        }
    }

    @Test("one keeps its lease as long as it runs, is seen, and holds up nobody else", arguments: StoreKind.allCases)
    func kept(_ kind: StoreKind) throws {
        let stage = try SteppedStage(kind)
        let app = try application(stage)
        try stage.increment(app, "held", by: 1)
        stage.advance(by: .seconds(45))
        try stage.increment(app, "free", by: 2)
        stage.advance(by: .seconds(1))
        #expect(record.words == ["begin held 1", "begin free 2", "end free 2"])
        let running = try #require(app.running.first)
        #expect(app.running.count == 1 && running.reaction == "stay" && running.position == 1)
        #expect(running.target == (try Counter.id("held")) && running.since == SteppedStage.start)
        let held = try #require(try stage.subscriptions(.these(Counter.id("held"))).first)
        #expect(held.holding.map { $0.until > stage.now && $0.holder == stage.system.writerID } == true)
        #expect(held.fencingNumber == 1 && held.retries == 0)
        gate.open()
        stage.work()
        #expect(record.words.last == "end held 1" && app.running.isEmpty)
        try stage.shutdown(app)
    }

    @Test("one is cancelled by hand, which counts as a failure", arguments: StoreKind.allCases)
    func cancelled(_ kind: StoreKind) throws {
        let stage = try SteppedStage(kind)
        let app = try application(stage, retry: .fixed(.seconds(5), retries: 1))
        try stage.increment(app, "held", by: 1)
        stage.advance(by: .seconds(1))
        let cancel = { (id: String, operatorName: String?) in
            try stage.run { try await app.cancel(Counter.id(id), by: operatorName) }
        }
        #expect(try !cancel("free", "ann"))
        #expect(try cancel("held", "ann"))
        stage.work()
        #expect(app.running.isEmpty)
        let waiting = try #require(try stage.subscriptions().first)
        #expect(waiting.retries == 1 && waiting.failure?.attempts.map(\.message) == ["it was cancelled"])
        #expect(waiting.due == stage.now.adding(.seconds(5)))
        stage.advance(by: .seconds(5))
        #expect(app.running.count == 1)
        #expect(try cancel("held", nil))
        stage.work()
        #expect(try stage.subscriptions().first?.blocked != nil)
        #expect(try !cancel("held", "ann"))
        let notes = try stage.events().filter { $0.persistenceID.entityType == "Operations" }
        #expect(
            notes.map { "\($0.type) \(String(decoding: $0.payload, as: UTF8.self))" } == [
                #"ReactionsCancelled {"count":1,"filter":"Counter|held","operator":"ann"}"#,
                #"ReactionsCancelled {"count":1,"filter":"Counter|held"}"#,
            ])
        try stage.shutdown(app)
    }

    @Test("one is waited for at the end, as long as the grace is", arguments: StoreKind.allCases)
    func finished(_ kind: StoreKind) throws {
        let stage = try SteppedStage(kind)
        let app = try application(stage)
        try stage.increment(app, "held", by: 1, 2)
        stage.work()
        let isOver = Switch(false)
        Task.detached(executorPreference: stage.scheduler) {
            await app.shutdown(grace: .seconds(5))
            isOver.turn(on: true)
        }
        stage.advance(by: .seconds(4))
        #expect(!isOver.isOn)
        gate.open()
        stage.work()
        #expect(isOver.isOn)
        // What is in hand is the last.
        #expect(record.words == ["begin held 1", "end held 1"])
        let left = try #require(try stage.subscriptions().first)
        #expect(left.watermark == 1 && left.holding == nil && left.retries == 0)
    }

    @Test("one is cancelled at the end, behind the grace, which is no try", arguments: StoreKind.allCases)
    func cancelledAtTheEnd(_ kind: StoreKind) throws {
        let stage = try SteppedStage(kind)
        let app = try application(stage)
        try stage.increment(app, "held", by: 1)
        stage.work()
        try stage.run(advancing: .milliseconds(5_100)) { await app.shutdown(grace: .seconds(5)) }
        #expect(gate.held == 0 && app.running.isEmpty)
        let left = try #require(try stage.subscriptions().first)
        #expect(left.watermark == 0 && left.holding == nil && left.retries == 0 && left.failure == nil)
    }

    @Test(
        "one that does not mind being cancelled is left behind, and its lease given back", arguments: StoreKind.allCases
    )
    func leftBehind(_ kind: StoreKind) throws {
        let stage = try SteppedStage(kind)
        let app = try application(stage, minding: false)
        try stage.increment(app, "held", by: 1)
        stage.work()
        try stage.run(advancing: .milliseconds(4_100)) { await app.shutdown(grace: .seconds(2)) }
        #expect(gate.held == 1)
        #expect(try stage.subscriptions().first?.holding == nil)
        #expect(stage.log.warnings == ["A reaction did not end when the application shut down, and is left behind."])
        // Another one has it at once, and is not disturbed by the first.
        let other = try application(stage, in: stage.otherSystem())
        stage.work()
        #expect(record.words == ["begin held 1", "begin held 1"])
        gate.open()
        stage.work()
        #expect(record.words == ["begin held 1", "begin held 1", "end held 1", "end held 1"])
        #expect(try stage.subscriptions().first?.watermark == 1)
        try stage.shutdown(other)
    }

    @Test("what one that was left behind does is refused", arguments: StoreKind.allCases)
    func refused(_ kind: StoreKind) throws {
        let (stage, gate, record) = (try SteppedStage(kind), gate, record)
        let app = try stage.application {
            Counter.self
            Journal.self
            On(Counter.Incremented.self, "note").to { event in .stream(try Journal.id(event.stream.entityID)) }
                .do { event, stream, app in
                    await gate.pass()
                    do {
                        try await app.do(Journal.Note(text: "late"), on: stream, reactingTo: event)
                        record.add("done")
                    } catch {
                        record.add("\(error)")
                    }
                }
        }
        try stage.increment(app, by: 1)
        stage.work()
        try stage.run(advancing: .milliseconds(4_100)) { await app.shutdown(grace: .seconds(2)) }
        gate.open()
        stage.work()
        #expect(record.words == ["Note can't be done: the application shuts down"])
        #expect(try stage.events().map(\.type) == ["Incremented"])
    }

    @Test(
        "one whose claim was given up, and is made again in another lane, ends both when it comes back",
        arguments: StoreKind.allCases)
    func twoLanes(_ kind: StoreKind) throws {
        let stage = try SteppedStage(kind)
        let way = CountedStore(stage.store)
        let app = try stage.application(on: way, settings: ApplicationSettings(breakerFailures: 1_000)) {
            [gate, record] in
            Counter.self
            On(Counter.Incremented.self, "stay").lane("a").do { _, _, _ in
                record.add("begin")
                await gate.pass()
            }
            On(Counter.Reset.self, "other").lane("b").do { _, _, _ in }
        }
        try stage.increment(app, "held", by: 1)
        stage.work()
        way.fail { _ in NotToday() }
        stage.advance(by: .seconds(15))
        let now = stage.now
        // Another worker gives up what has run out, has no place for it, and moves it to another lane.
        try stage.ask { store in
            _ = try await store.claim(
                ClaimPlaces(lagging: 0, leading: 0), in: nil, of: "counting", for: .seconds(10),
                by: WriterID(ULID(high: 1, low: 1)), at: now)
            try await store.subscribe(
                [NewSubscription(try Counter.id("held"), source: .exact("Counter|held"), lane: "b", workMark: 1)],
                of: "counting")
        }
        way.fail(nil)
        stage.advance(by: .seconds(30))
        let again = try #require(try stage.subscriptions().first)
        #expect(again.lane == "b" && again.holding.map { $0.until > stage.now } == true)
        #expect(record.words == ["begin"])
        gate.open()
        try stage.run(advancing: .seconds(10)) { try await app.settle() }
        #expect(record.words == ["begin", "begin"] && app.running.isEmpty)
        let done = try #require(try stage.subscriptions().first)
        #expect(done.watermark == 1 && done.holding == nil && done.fencingNumber == again.fencingNumber)
        try stage.shutdown(app)
    }

    @Test(
        "one whose claim was given up because its store did not answer is not called a second time while it runs",
        arguments: StoreKind.allCases, [true, false])
    func ownLease(_ kind: StoreKind, isMinding: Bool) throws {
        let stage = try SteppedStage(kind)
        let way = CountedStore(stage.store)
        let app = try application(
            stage, minding: isMinding, on: way, settings: try ApplicationSettings(breakerFailures: 1_000))
        try stage.increment(app, "held", by: 1)
        stage.work()
        way.fail { _ in NotToday() }
        stage.advance(by: .seconds(15))
        let now = stage.now
        // Another worker gives up what has run out, and has no place for it.
        try stage.ask { store in
            _ = try await store.claim(
                ClaimPlaces(lagging: 0, leading: 0), in: nil, of: "counting", for: .seconds(10),
                by: WriterID(ULID(high: 1, low: 1)), at: now)
        }
        way.fail(nil)
        stage.advance(by: .seconds(1))
        if isMinding {
            // It was cancelled, and is called again.
            #expect(record.words == ["begin held 1", "begin held 1"])
            #expect(gate.held == 1)
        } else {
            #expect(record.words == ["begin held 1"])
        }
        #expect(app.running.count == 1)
        gate.open()
        stage.advance(by: .seconds(1))
        #expect(
            record.words
                == (isMinding
                    ? ["begin held 1", "begin held 1", "end held 1"]
                    : ["begin held 1", "end held 1", "begin held 1", "end held 1"]))
        #expect(app.running.isEmpty)
        let done = try #require(try stage.subscriptions().first)
        #expect(done.watermark == 1 && done.holding == nil)
        try stage.shutdown(app)
    }
}
