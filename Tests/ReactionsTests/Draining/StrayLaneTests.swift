import EventSourcing
import Reactions
import Testing

@Suite("Lanes in which no reaction is")
struct StrayLaneTests {
    private let warning = "There is work in a lane in which no reaction is; what of it the reactions are for is done."

    /// An application whose reaction is in a lane.
    private func application(
        _ stage: SteppedStage, in lane: String, isSelfDriving: Bool = true, _ record: Record
    ) throws -> Application {
        try stage.application(settings: ApplicationSettings(isSelfDriving: isSelfDriving)) {
            Counter.self
            On(Counter.Incremented.self, "note").lane(lane).do { event, stream, _ in
                record.add("\(stream.entityID) \(event.amount)")
            }
        }
    }

    /// An application with a reaction to something else.
    private func other(_ stage: SteppedStage, _ record: Record) throws -> Application {
        try stage.application {
            Counter.self
            On(Counter.Reset.self, "other").do { _, _, _ in record.add("other") }
        }
    }

    /// Leaves work behind in a lane.
    private func leave(in lane: String, _ stage: SteppedStage, _ ids: String...) throws {
        let app = try application(stage, in: lane, isSelfDriving: false, Record())
        for id in ids { try stage.increment(app, id, by: 1, 2) }
        try stage.run { try await app.correlate() }
        try stage.shutdown(app)
    }

    @Test(
        "what was left in a lane that has another name by now is done, and that is told", arguments: StoreKind.allCases)
    func renamed(_ kind: StoreKind) throws {
        let (stage, record) = (try SteppedStage(kind), Record())
        try leave(in: "old", stage, "c-1", "c-2")
        let app = try application(stage, in: "new", record)
        stage.work()
        #expect(record.words.filter { $0.hasPrefix("c-1") } == ["c-1 1", "c-1 2"])
        #expect(record.words.filter { $0.hasPrefix("c-2") } == ["c-2 1", "c-2 2"])
        #expect(stage.log.warnings == [warning])
        try stage.increment(app, by: 3)
        stage.work()
        #expect(record.words.last == "c-1 3")
        #expect(try stage.subscriptions().map(\.lane) == ["new", "old"])
        #expect(try stage.subscriptions().allSatisfy { $0.watermark == $0.workMark && $0.due == nil })
        try stage.shutdown(app)
    }

    @Test(
        "what comes to work in such a lane later is done by itself, and in a settling too",
        arguments: StoreKind.allCases)
    func later(_ kind: StoreKind) throws {
        let (stage, record) = (try SteppedStage(kind), Record())
        try leave(in: "old", stage, "c-1")
        let first = try application(stage, in: "new", isSelfDriving: false, record)
        #expect(try stage.run { try await first.drain().handled } == 2)
        try stage.shutdown(first)
        let app = try application(stage, in: "new", record)
        stage.work()
        record.clear()
        try stage.run { try await app.reset(.all) }
        stage.work()
        #expect(record.words == ["c-1 1", "c-1 2"])
        #expect(try stage.subscriptions().map(\.lane) == ["old"])
        try stage.shutdown(app)
    }

    @Test(
        "what none of the reactions is for is left to the program that has the lane, and is not lost",
        arguments: StoreKind.allCases)
    func left(_ kind: StoreKind) throws {
        let (stage, record) = (try SteppedStage(kind), Record())
        try leave(in: "mail", stage, "c-1")
        let older = try other(stage, record)
        stage.work()
        let waiting = try #require(try stage.subscriptions().first)
        #expect(waiting.watermark == 0 && waiting.workMark == 2 && waiting.due == stage.now.adding(.seconds(1)))
        stage.advance(by: .seconds(130))
        let left = try #require(try stage.subscriptions().first)
        #expect(left.watermark == 0 && left.retries == 0)
        #expect(left.fencingNumber == 3, "it is looked at once a minute")
        #expect(stage.log.warnings == [warning])
        // Who has the lane has it at once, while the other goes on.
        let newer = try application(stage, in: "mail", record)
        stage.work()
        #expect(record.words == ["c-1 1", "c-1 2"])
        try stage.shutdown(newer, older)
    }

    @Test(
        "who has the lane waits for no more than a second where the other has just looked at it",
        arguments: StoreKind.allCases)
    func looked(_ kind: StoreKind) throws {
        let (stage, record) = (try SteppedStage(kind), Record())
        try leave(in: "mail", stage, "c-1")
        let older = try other(stage, record)
        stage.work()
        let newer = try application(stage, in: "mail", record)
        stage.advance(by: .milliseconds(900))
        #expect(record.words.isEmpty)
        stage.advance(by: .milliseconds(200))
        #expect(record.words == ["c-1 1", "c-1 2"])
        try stage.shutdown(newer, older)
    }

    @Test(
        "what reactions are for is done also where it lies behind much that nobody does", arguments: StoreKind.allCases)
    func behind(_ kind: StoreKind) throws {
        let (stage, record) = (try SteppedStage(kind), Record())
        let ids = (10..<40).map { "c-\($0)" }
        for id in ids {
            let isOwn = id == "c-25"
            try stage.append(isOwn ? "Reset" : "Incremented", isOwn ? "{}" : #"{"amount":1}"#, to: Counter.id(id))
        }
        try stage.ask { store in
            try await store.correlated(
                ids.map {
                    NewSubscription(try Counter.id($0), source: .exact("Counter|\($0)"), lane: "old", workMark: 30)
                }, through: 30, of: "counting", at: SteppedStage.start)
        }
        let settings = try ApplicationSettings(limits: .init(streams: 2))
        let app = try stage.application(settings: settings) {
            Counter.self
            On(Counter.Reset.self, "note").do { _, stream, _ in record.add(stream.entityID) }
        }
        stage.work()
        #expect(record.words == ["c-25"])
        #expect(try stage.subscriptions().count { $0.watermark == 0 } == 29)
        try stage.shutdown(app)
    }

    @Test("what was left is done also while all places of another lane are taken", arguments: StoreKind.allCases)
    func besides(_ kind: StoreKind) throws {
        let (stage, record, gate) = (try SteppedStage(kind), Record(), Gate())
        let settings = try ApplicationSettings(limits: .init(streams: 1))
        let app = try stage.application(settings: settings) {
            Counter.self
            On(Counter.Incremented.self, "note").lane("new").do { event, stream, _ in
                if stream.entityID == "held" { await gate.pass() }
                record.add("\(stream.entityID) \(event.amount)")
            }
        }
        for id in ["held", "next"] { try stage.increment(app, id, by: 1) }
        stage.work()
        #expect(gate.held == 1)
        try stage.append("Incremented", #"{"amount":1}"#, to: Counter.id("c-2"))
        try stage.ask { store in
            try await store.subscribe(
                [NewSubscription(try Counter.id("c-2"), source: .exact("Counter|c-2"), lane: "old", workMark: 3)],
                of: "counting")
        }
        stage.advance(by: .seconds(5))
        #expect(record.words == ["c-2 1"])
        gate.open()
        stage.work()
        #expect(Set(record.words) == ["c-2 1", "held 1", "next 1"])
        try stage.shutdown(app)
    }

    @Test("a store that can't say which lanes there are is told once, and the known lanes go on")
    func damaged() throws {
        let (stage, record) = (try SteppedStage(.memory), Record())
        stage.store.fail { call in call == .lanes ? StoreError(.corrupt, detail: "a lane is no text") : nil }
        let app = try application(stage, in: "new", record)
        try stage.increment(app, by: 1)
        stage.work()
        try stage.increment(app, by: 2)
        stage.advance(by: .seconds(70))
        #expect(record.words == ["c-1 1", "c-1 2"])
        #expect(stage.log.warnings == ["The lanes in which there is work can't be listed."])
        try stage.shutdown(app)
    }

    @Test("where no reaction is drained, nothing is claimed from any lane")
    func none() throws {
        let stage = try SteppedStage(.memory)
        try leave(in: "mail", stage, "c-1")
        let app = try stage.application { Counter.self }
        stage.work()
        let left = try #require(try stage.subscriptions().first)
        #expect(left.watermark == 0 && left.fencingNumber == 0)
        try stage.shutdown(app)
    }
}
