import Actors
import EventSourcing
import Reactions
import Testing

@Suite("What reactions do is done once")
struct OnceTests {
    @Test("a handler that fails between two actions does neither of them twice", arguments: StoreKind.allCases)
    func between(_ kind: StoreKind) throws {
        let (stage, failures, record) = (try SteppedStage(kind), Failures(2), Record())
        let app = try stage.application {
            Counter.self
            Journal.self
            On(Counter.Incremented.self, "twice").to { event in .stream(try Journal.id(event.stream.entityID)) }
                .do { event, stream, app in
                    let first = try await app.do(Journal.Note(text: "a\(event.amount)"), on: stream, reactingTo: event)
                    record.add("\(first.wasDoneBefore) \(first.outcomes.count) \(first.state.notes.count)")
                    if event.amount == 2 { try failures.next() }
                    try await app.do(Journal.Note(text: "b\(event.amount)"), on: stream, reactingTo: event)
                }
        }
        try stage.increment(app, by: 1, 2)
        try stage.run { try await app.settle() }
        #expect(try stage.notes(app) == ["a1", "b1", "a2", "b2"])
        #expect(record.words == ["false 1 1", "false 1 3", "true 0 3", "true 0 3"])
        try stage.shutdown(app)
    }

    @Test("a replay from the first event on calls all again, and has no second effect", arguments: StoreKind.allCases)
    func replay(_ kind: StoreKind) throws {
        let (stage, record) = (try SteppedStage(kind), Record())
        let app = try stage.application {
            Counter.self
            Journal.self
            On(Counter.Incremented.self, "note").to { event in .stream(try Journal.id(event.stream.entityID)) }
                .do { event, stream, app in
                    record.add("\(event.amount)")
                    try await app.do(Journal.Note(text: "\(event.amount)"), on: stream, reactingTo: event)
                }
        }
        try stage.increment(app, by: 1, 2, 3)
        try stage.run { try await app.settle() }
        try stage.increment(app, by: 4)
        try stage.run { try await app.settle() }
        #expect(try stage.ask { store in try await store.reset(.all, of: "counting") } == 1)
        try stage.run { try await app.settle() }
        #expect(record.words == ["1", "2", "3", "4", "1", "2", "3", "4"])
        #expect(try stage.notes(app) == ["1", "2", "3", "4"])
        #expect(try stage.subscriptions().first?.watermark == stage.subscriptions().first?.workMark)
        try stage.shutdown(app)
    }

    @Test(
        "a replay has the events of all streams that ever fed a target, also in another process",
        arguments: StoreKind.allCases)
    func replayOfSeveralSources(_ kind: StoreKind) throws {
        let (stage, record, settings) = (
            try SteppedStage(kind), Record(), try ApplicationSettings(isSelfDriving: false)
        )
        func application(in system: ActorSystem) throws -> Application {
            try stage.application(in: system, settings: settings) {
                Counter.self
                On(Counter.Incremented.self, "join")
                    .to { event in .stream(try Journal.id("all"), from: .exact("\(event.stream)")) }
                    .do { event, _, _ in record.add("\(event.stream.entityID) \(event.amount)") }
            }
        }
        let one = try application(in: stage.system)
        for (amount, id) in ["a", "b", "c", "a"].enumerated() {
            try stage.increment(one, id, by: amount)
            try stage.run { try await one.settle() }
        }
        try stage.shutdown(one)
        let other = try application(in: stage.otherSystem())
        try stage.ask { try await $0.reset(.all, of: "counting") }
        record.clear()
        try stage.run { try await other.settle() }
        #expect(record.words == ["a 0", "b 1", "c 2", "a 3"])
        try stage.shutdown(other)
    }

    @Test("two reactions that do the same both do it, and so do two applications", arguments: StoreKind.allCases)
    func apart(_ kind: StoreKind) throws {
        let (stage, all) = (try SteppedStage(kind), try Journal.id("all"))
        func application(_ name: String) throws -> Application {
            try stage.application(name) {
                Counter.self
                Journal.self
                for reaction in ["a", "b"] {
                    On(Counter.Incremented.self, reaction).to(all).do { event, stream, app in
                        try await app.do(Journal.Note(text: name + reaction), on: stream, reactingTo: event)
                    }
                }
            }
        }
        let (one, other) = (try application("one"), try application("other"))
        try stage.increment(one, by: 1)
        try stage.run {
            try await one.settle()
            try await other.settle()
        }
        #expect(try stage.notes(one, "all").sorted() == ["onea", "oneb", "othera", "otherb"])
        #expect(try stage.subscriptions(of: "one").count == 1 && stage.subscriptions(of: "other").count == 1)
        try stage.shutdown(one, other)
    }

    @Test("a reaction decides anew where others write to its target meanwhile", arguments: StoreKind.allCases)
    func conflict(_ kind: StoreKind) throws {
        let (stage, settings) = (try SteppedStage(kind), try ApplicationSettings(isSelfDriving: false))
        let app = try stage.application(settings: settings) {
            Counter.self
            Journal.self
            On(Counter.Incremented.self, "note").to { event in .stream(try Journal.id(event.stream.entityID)) }
                .do { event, stream, app in
                    try await app.do(Journal.Note(text: "\(event.amount)"), on: stream, reactingTo: event)
                }
        }
        try stage.increment(app, by: 1)
        try stage.run { try await app.settle() }
        // Behind the back of the application's cache.
        try stage.append("Noted", #"{"text":"another"}"#, to: Journal.id("c-1"))
        try stage.increment(app, by: 2)
        let totals = try stage.run { try await app.settle() }
        #expect(totals.failed == 0)
        #expect(try stage.notes(app) == ["1", "another", "2"])
        try stage.shutdown(app)
    }
}
