import Actors
import EventSourcing
import Reactions
import Testing

@Suite("Reactions are called in the order of their targets, for the events that are theirs")
struct OrderTests {
    @Test("the events of each stream are handled in their order, however they are mixed", arguments: StoreKind.allCases)
    func order(_ kind: StoreKind) throws {
        let (stage, record) = (try SteppedStage(kind), Record())
        let app = try stage.application {
            Counter.self
            On(Counter.Incremented.self, "note").do { event, stream, _ in
                record.add("\(stream.entityID) \(event.amount)")
            }
        }
        for amount in 1...12 {
            for id in 1...5 { try stage.increment(app, "c-\(id)", by: amount) }
        }
        try stage.run { try await app.settle() }
        #expect(record.words.count == 60)
        for id in 1...5 {
            let own = record.words.filter { $0.hasPrefix("c-\(id) ") }
            #expect(own == (1...12).map { "c-\(id) \($0)" })
        }
        try stage.shutdown(app)
    }

    @Test(
        "all reactions to an event must be done, and a retry calls only those that are not",
        arguments: StoreKind.allCases)
    func several(_ kind: StoreKind) throws {
        let (stage, record, failures) = (try SteppedStage(kind), Record(), Failures(2))
        let app = try stage.application {
            Counter.self
            On(Counter.Incremented.self, "a").do { event, _, _ in record.add("a\(event.amount)") }
            On(Counter.Incremented.self, "b").retry(.fixed(.seconds(1))).do { event, _, _ in
                record.add("b\(event.amount)")
                try failures.next()
            }
            On(Counter.Incremented.self, "c").do { event, _, _ in record.add("c\(event.amount)") }
        }
        try stage.increment(app, by: 1, 2)
        stage.work()
        #expect(record.words == ["a1", "b1"])
        let waiting = try #require(try stage.subscriptions().first)
        #expect(waiting.handled == ["a"] && waiting.watermark == 0 && waiting.retries == 1)
        stage.advance(by: .seconds(3))
        #expect(record.words == ["a1", "b1", "b1", "b1", "c1", "a2", "b2", "c2"])
        let done = try #require(try stage.subscriptions().first)
        #expect(done.handled.isEmpty && done.watermark == 2 && done.retries == 0 && done.failure == nil)
        try stage.shutdown(app)
    }

    @Test("a target is one stream, the event's own, a computed one, or none", arguments: StoreKind.allCases)
    func targets(_ kind: StoreKind) throws {
        let (stage, record, all) = (try SteppedStage(kind), Record(), try Journal.id("all"))
        let app = try stage.application {
            Counter.self
            On(Counter.Incremented.self, "one").to(all).do { event, stream, _ in
                record.add("one \(stream) \(event.amount)")
            }
            On(Counter.Incremented.self, "own").do { event, stream, _ in record.add("own \(stream) \(event.amount)") }
            On(Counter.Incremented.self, "computed")
                .to { event in event.amount > 1 ? .stream(try Journal.id("by-\(event.amount)")) : nil }
                .do { event, stream, _ in record.add("computed \(stream) \(event.amount)") }
        }
        try stage.increment(app, by: 1, 2)
        try stage.run { try await app.settle() }
        #expect(
            Set(record.words) == [
                "one Journal|all 1", "one Journal|all 2", "own Counter|c-1 1", "own Counter|c-1 2",
                "computed Journal|by-2 2",
            ])
        #expect(record.words.count == 5)
        #expect(
            try stage.subscriptions().map { "\($0.target)" } == ["Counter|c-1", "Journal|all", "Journal|by-2"])
        #expect(try stage.subscriptions().map(\.watermark) == [2, 2, 2])
        try stage.shutdown(app)
    }

    @Test("a source says which streams feed a reaction", arguments: StoreKind.allCases)
    func sources(_ kind: StoreKind) throws {
        let (stage, record, all) = (try SteppedStage(kind), Record(), try Journal.id("all"))
        let app = try stage.application {
            Counter.self
            On(Counter.Incremented.self, "exact").from(.exact("Counter|a-1"))
                .do { event, stream, _ in record.add("exact \(stream.entityID)") }
            On(Counter.Incremented.self, "prefix").to(all).from(.prefix("Counter|a"))
                .do { event, stream, _ in record.add("prefix \(event.stream.entityID)") }
        }
        for id in ["a-1", "a-12", "b-1", "A-1"] { try stage.increment(app, id, by: 1) }
        try stage.run { try await app.settle() }
        #expect(Set(record.words) == ["exact a-1", "prefix a-1", "prefix a-12"] && record.words.count == 3)
        #expect(try stage.subscriptions().map { "\($0.target)" } == ["Counter|a-1", "Journal|all"])
        try stage.shutdown(app)
    }

    @Test(
        "a target that several streams feed has their events in one order, whoever correlated them",
        arguments: StoreKind.allCases, [true, false])
    func fedBySeveral(_ kind: StoreKind, drainedByAnother: Bool) throws {
        let (stage, record) = (try SteppedStage(kind), Record())
        let settings = try ApplicationSettings(isSelfDriving: false, limits: .init(events: 4))
        func application(in system: ActorSystem) throws -> Application {
            try stage.application(in: system, settings: settings) {
                Counter.self
                On(Counter.Incremented.self, "join")
                    .to { event in
                        .stream(try Journal.id("j-\(event.amount % 2)"), from: .exact("\(event.stream)"))
                    }
                    .do { event, stream, _ in record.add("\(stream.entityID) \(event.position)") }
            }
        }
        let (one, other) = (try application(in: stage.system), try application(in: stage.otherSystem()))
        for round in 0..<6 {
            for id in ["a", "b", "c"] { try stage.increment(one, id, by: round) }
            // Some of it is done before the rest comes, so that sources follow one another too.
            if round == 2 { try stage.run { try await one.settle() } }
        }
        try stage.run {
            try await one.correlate()
            try await (drainedByAnother ? other : one).drain()
        }
        let even: [Int] = [1, 2, 3, 7, 8, 9, 13, 14, 15]
        #expect(record.words.filter { $0.hasPrefix("j-0") } == even.map { "j-0 \($0)" })
        #expect(record.words.filter { $0.hasPrefix("j-1") } == even.map { "j-1 \($0 + 3)" })
        try stage.shutdown(one, other)
    }

    @Test("a handler can take a whole window: what only it is for, in a row", arguments: StoreKind.allCases)
    func windows(_ kind: StoreKind) throws {
        let (stage, record, failures) = (try SteppedStage(kind), Record(), Failures(1))
        let settings = try ApplicationSettings(limits: .init(events: 4))
        let app = try stage.application(settings: settings) {
            Counter.self
            On(Counter.Incremented.self, "window").window { events, stream, _ in
                record.add("\(stream.entityID) \(events.map(\.amount))")
                try failures.next()
            }
            On(Counter.Decremented.self, "single").do { _, _, _ in record.add("single") }
        }
        try stage.run {
            let id = try Counter.id("c-1")
            for amount in 1...3 { try await app.do(Counter.Increment(amount: amount), on: id) }
            try await app.do(Counter.Decrement(amount: 1), on: id)
            for amount in 4...9 { try await app.do(Counter.Increment(amount: amount), on: id) }
        }
        record.clear()
        try stage.ask { store in
            try await store.reset(.all, of: "counting")
            try await app.settle()
        }
        #expect(record.words == ["c-1 [1, 2, 3]", "single", "c-1 [4, 5, 6, 7]", "c-1 [8, 9]"])
        try stage.shutdown(app)
    }

    @Test("a window that fails comes again as a whole", arguments: StoreKind.allCases)
    func failedWindow(_ kind: StoreKind) throws {
        let (stage, record, failures) = (try SteppedStage(kind), Record(), Failures(1))
        let settings = try ApplicationSettings(isSelfDriving: false)
        let app = try stage.application(settings: settings) {
            Counter.self
            On(Counter.Incremented.self, "window").window { events, _, _ in
                record.add("\(events.map(\.amount))")
                try failures.next()
            }
        }
        try stage.increment(app, by: 1, 2, 3)
        let totals = try stage.run { try await app.settle() }
        #expect(record.words == ["[1, 2, 3]", "[1, 2, 3]"])
        #expect(totals.handled == 3 && totals.failed == 1)
        try stage.shutdown(app)
    }

    @Test(
        "a void reaction is called before the action is answered, once, and its failure is only told of",
        arguments: StoreKind.allCases)
    func void(_ kind: StoreKind) throws {
        let (stage, record) = (try SteppedStage(kind), Record())
        let app = try stage.application {
            Counter.self
            On(Counter.Decremented.self, "alert").void { event in
                record.add("alert \(event.position) \(event.amount)")
                throw NotToday()
            }
            On(Counter.Decremented.self, "second").void { event in record.add("second \(event.sequenceNumber)") }
        }
        try stage.increment(app, by: 2)
        let result = try stage.run { try await app.do(Counter.Decrement(amount: 2), on: Counter.id("c-1")) }
        #expect(result.outcomes.count == 2)
        #expect(record.words == ["alert 2 1", "second 2", "alert 3 1", "second 3"])
        #expect(stage.log.warnings == Array(repeating: "A void reaction failed, and is not tried again.", count: 2))
        try stage.run { try await app.settle() }
        stage.advance(by: .seconds(100))
        #expect(record.words.count == 4)
        #expect(try stage.subscriptions().isEmpty)
        try stage.shutdown(app)
    }

    @Test("the higher priority goes first where only some can be claimed", arguments: StoreKind.allCases)
    func priorities(_ kind: StoreKind) throws {
        let (stage, record) = (try SteppedStage(kind), Record())
        let settings = try ApplicationSettings(isSelfDriving: false, limits: .init(streams: 1))
        let (low, high) = (try Journal.id("a-low"), try Journal.id("b-high"))
        let app = try stage.application(settings: settings) {
            Counter.self
            On(Counter.Incremented.self, "low").to(low).do { _, _, _ in record.add("low") }
            On(Counter.Incremented.self, "high").to(high).priority(5).do { _, _, _ in record.add("high") }
        }
        try stage.increment(app, by: 1)
        try stage.run { try await app.settle() }
        #expect(record.words == ["high", "low"])
        try stage.shutdown(app)
    }

    @Test(
        "a handler that waits holds up its own lane, as far as that may take, and no other",
        arguments: StoreKind.allCases)
    func lanes(_ kind: StoreKind) throws {
        let (stage, record, gate) = (try SteppedStage(kind), Record(), Gate())
        let settings = try ApplicationSettings(lanes: ["slow": .init(streams: 2, events: 1)])
        let app = try stage.application(settings: settings) {
            Counter.self
            On(Counter.Incremented.self, "slow").to { event in .stream(try Journal.id(event.stream.entityID)) }
                .lane("slow").do { event, stream, _ in
                    record.add("slow \(stream.entityID)")
                    await gate.pass()
                }
            On(Counter.Incremented.self, "fast").do { event, stream, _ in record.add("fast \(stream.entityID)") }
        }
        for id in ["c-1", "c-2", "c-3"] { try stage.increment(app, id, by: 1, 2) }
        stage.advance(by: .seconds(1))
        #expect(record.words.filter { $0.hasPrefix("fast") }.count == 6)
        #expect(record.words.filter { $0.hasPrefix("slow") } == ["slow c-1", "slow c-2"])
        #expect(gate.held == 2)
        #expect(Set(try stage.subscriptions().map(\.lane)) == ["slow", Subscription.defaultLane])
        gate.open()
        try stage.run(advancing: .seconds(1)) { try await app.settle() }
        #expect(record.words.filter { $0.hasPrefix("slow") }.count == 6)
        try stage.shutdown(app)
    }
}
