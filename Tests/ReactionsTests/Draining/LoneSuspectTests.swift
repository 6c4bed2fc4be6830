import Actors
import EventSourcing
import Reactions
import Testing

@Suite("What may have ended a worker is handled alone")
struct LoneSuspectTests {
    let record = Record()
    let gate = Gate()

    /// An application that drives itself, whose reaction waits at the gate with the counters of these names.
    private func application(
        _ stage: SteppedStage, holding held: Set<String> = [], isSelfDriving: Bool = true
    ) throws -> Application {
        try stage.application(settings: ApplicationSettings(isSelfDriving: isSelfDriving)) { [gate, record] in
            Counter.self
            On(Counter.Incremented.self, "note").do { _, stream, _ in
                record.add("begin \(stream.entityID)")
                if held.contains(stream.entityID) { await gate.pass() }
                record.add("end \(stream.entityID)")
            }
        }
    }

    /// Leaves counters behind that another process had when it ended without a word; its leases still run for ten seconds.
    private func vanish(with ids: String..., on stage: SteppedStage) throws {
        let app = try application(stage, isSelfDriving: false)
        for id in ids { try stage.increment(app, id, by: 1) }
        try stage.run { try await app.correlate() }
        try stage.shutdown(app)
        let claims = try stage.ask { [now = stage.now] store in
            try await store.claim(
                ClaimPlaces(lagging: 10, leading: 0), in: nil, of: "counting", for: .seconds(10),
                by: WriterID(ULID(high: 1, low: 1)), at: now)
        }
        #expect(claims.count == ids.count)
    }

    /// Begins a process that ends as soon as it handles an event of the counter `bad`; the handlers of all others take a while.
    private func beginDoomed(on stage: SteppedStage) throws -> Application {
        let way = CountedStore(stage.store)
        return try stage.application(on: way, in: stage.otherSystem()) { [gate, record] in
            Counter.self
            On(Counter.Incremented.self, "note").do { _, stream, _ in
                record.add("begin \(stream.entityID)")
                if stream.entityID == "bad" {
                    way.fail { _ in NotToday() }
                    await gate.pass()
                }
                for _ in 0..<200 { await Task.yield() }
            }
        }
    }

    @Test(
        "an event that ends each worker blocks its own stream only, whatever was claimed beside it",
        arguments: StoreKind.allCases)
    func blame(_ kind: StoreKind) throws {
        let stage = try SteppedStage(kind)
        try vanish(with: "bad", "c-1", "c-2", "c-3", on: stage)
        stage.advance(by: .seconds(10))
        var dead: [Application] = []
        for round in 1...3 {
            let app = try application(stage, isSelfDriving: false)
            try stage.increment(app, "new-\(round)", by: 1)
            try stage.shutdown(app)
            dead.append(try beginDoomed(on: stage))
            stage.advance(by: .milliseconds(50))
            #expect(record.words == Array(repeating: "begin bad", count: round))
            let held = try stage.subscriptions().filter { $0.holding != nil }.map(\.target.entityID)
            #expect(held == ["bad"], "nothing is leased beside it")
            stage.advance(by: .seconds(10))
        }
        #expect(try stage.subscriptions().filter { $0.target.entityID != "bad" }.allSatisfy { $0.retries <= 1 })
        record.clear()
        let app = try application(stage)
        stage.advance(by: .seconds(1))
        let blocked = try #require(try stage.subscriptions(SubscriptionFilter(isBlocked: true)).first)
        #expect(
            blocked.failure?.attempts.last?.message == "it was called 4 times, and the last call never came to an end")
        let others = try stage.subscriptions().filter { $0.target.entityID != "bad" }
        #expect(others.count == 6 && others.allSatisfy { $0.blocked == nil && $0.watermark == $0.workMark })
        #expect(record.words.count == 12 && !record.words.contains("begin bad"))
        gate.open()
        try stage.shutdown(app)
        for app in dead { try stage.shutdown(app) }
    }

    @Test(
        "while it is handled nothing else is begun, for as long as a lease and no longer", arguments: StoreKind.allCases
    )
    func alone(_ kind: StoreKind) throws {
        let stage = try SteppedStage(kind)
        try vanish(with: "held", "second", on: stage)
        stage.advance(by: .seconds(10))
        let app = try application(stage, holding: ["held"])
        stage.work()
        let second = try #require(try stage.subscriptions(.these(Counter.id("second"))).first)
        #expect(second.holding == nil && second.due == nil && second.retries == 1)
        try stage.increment(app, "free", by: 1)
        stage.work()
        // Others have what waits for a while, and are gone, too.
        let others = try stage.ask { [now = stage.now] store in
            try await store.claim(
                ClaimPlaces(lagging: 2, leading: 0), in: nil, of: "counting", for: .seconds(1),
                by: WriterID(ULID(high: 1, low: 2)), at: now)
        }
        #expect(others.count == 2)
        let before = stage.store.total
        stage.advance(by: .seconds(9))
        #expect(record.words == ["begin held"])
        #expect(stage.store.total - before < 150, "what is due does not wake it again and again")
        stage.advance(by: .seconds(6))
        #expect(Set(record.words.dropFirst()) == ["begin free", "end free", "begin second", "end second"])
        gate.open()
        stage.work()
        #expect(record.words.last == "end held")
        #expect(try stage.subscriptions().allSatisfy { $0.watermark == $0.workMark && $0.retries == 0 })
        try stage.shutdown(app)
    }

    @Test(
        "it waits for what is in hand, and leaves its lease to others, for as long as a lease and no longer",
        arguments: StoreKind.allCases, [true, false])
    func waits(_ kind: StoreKind, comesToItsEnd: Bool) throws {
        let stage = try SteppedStage(kind)
        try vanish(with: "second", on: stage)
        let app = try application(stage, holding: ["held"])
        try stage.increment(app, "held", by: 1)
        stage.advance(by: .seconds(11))
        let second = try #require(try stage.subscriptions(.these(Counter.id("second"))).first)
        #expect(second.holding == nil && second.retries == 1 && second.due == nil && second.fencingNumber == 2)
        try stage.increment(app, "free", by: 1)
        stage.advance(by: .seconds(1))
        #expect(record.words == ["begin held"])
        if comesToItsEnd {
            gate.open()
            stage.work()
            #expect(
                record.words == [
                    "begin held", "end held", "begin second", "end second", "begin free", "end free",
                ])
        } else {
            stage.advance(by: .seconds(13))
            #expect(record.words == ["begin held", "begin second", "end second", "begin free", "end free"])
            gate.open()
            stage.work()
        }
        #expect(try stage.subscriptions().allSatisfy { $0.watermark == $0.workMark && $0.retries == 0 })
        try stage.shutdown(app)
    }

    @Test("one of a lane has its turn also where lanes before it always have work", arguments: StoreKind.allCases)
    func otherLane(_ kind: StoreKind) throws {
        let stage = try SteppedStage(kind)
        try vanish(with: "suspect", on: stage)
        let app = try stage.application { [gate, record] in
            Counter.self
            Journal.self
            On(Journal.Noted.self, "busy").lane("a").do { event, stream, app in
                if stream.entityID == "first" { await gate.pass() }
                record.add(event.text)
            }
            On(Counter.Incremented.self, "note").do { _, stream, _ in record.add(stream.entityID) }
        }
        try stage.run { try await app.do(Journal.Note(text: "one"), on: Journal.id("first")) }
        stage.advance(by: .seconds(11))
        try stage.run { try await app.do(Journal.Note(text: "two"), on: Journal.id("second")) }
        stage.work()
        gate.open()
        stage.work()
        #expect(record.words == ["one", "suspect", "two"])
        try stage.shutdown(app)
    }

    @Test("what is given back while the store does not answer is given back later, and is not counted")
    func failedGivingBack() throws {
        let (stage, failures) = (try SteppedStage(.memory), Failures(2))
        try vanish(with: "c-1", "c-2", on: stage)
        stage.advance(by: .seconds(10))
        stage.store.fail { call in
            guard call == .ack else { return nil }
            do {
                try failures.next()
                return nil
            } catch {
                return error
            }
        }
        let app = try application(stage)
        stage.advance(by: .seconds(2))
        #expect(record.words == ["begin c-1", "end c-1", "begin c-2", "end c-2"])
        try stage.shutdown(app)
    }
}
