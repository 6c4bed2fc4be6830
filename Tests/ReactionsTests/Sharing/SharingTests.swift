import Actors
import EventSourcing
import Reactions
import TestSupport
import Testing

/// Which events are being handled at a moment, and what went wrong with that.
private final class Handling: Sendable {
    private struct State: Sendable {
        var running: Set<PersistenceID> = []
        var overlaps = 0
        var handled: [PersistenceID: [Int64]] = [:]
        var by: [String: Int] = [:]
    }

    private let state = Locked(State())

    func begin(_ stream: PersistenceID) {
        state.withLock { state in if !state.running.insert(stream).inserted { state.overlaps += 1 } }
    }

    func end(_ stream: PersistenceID, _ number: Int64, by name: String) {
        state.withLock { state in
            state.running.remove(stream)
            state.handled[stream, default: []].append(number)
            state.by[name, default: 0] += 1
        }
    }

    var overlaps: Int { state.withLock { $0.overlaps } }
    var handled: [PersistenceID: [Int64]] { state.withLock { $0.handled } }
    var by: [String: Int] { state.withLock { $0.by } }
}

@Suite("Two applications of one name share a store")
struct SharingTests {
    @Test("no event is handled by both at once, none is skipped, and the order is kept", arguments: StoreKind.allCases)
    func shared(_ kind: StoreKind) throws {
        var random = SeededRandom.announced()
        let (stage, handling) = (try SteppedStage(kind), Handling())
        let settings = try ApplicationSettings(limits: .init(streams: 3, events: 2))
        func application(_ name: String, in system: ActorSystem) throws -> Application {
            let pauses = Locked(random)
            return try stage.application(in: system, settings: settings) {
                Counter.self
                On(Counter.Incremented.self, "note").do { event, stream, _ in
                    handling.begin(stream)
                    let milliseconds = pauses.withLock { Int.random(in: 0...40, using: &$0) }
                    if milliseconds > 0 { await system.pause(for: .milliseconds(milliseconds)) }
                    handling.end(stream, event.sequenceNumber, by: name)
                }
            }
        }
        let other = stage.otherSystem()
        let (one, two) = (try application("one", in: stage.system), try application("two", in: other))
        for round in 0..<30 {
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                try stage.increment(round % 2 == 0 ? one : two, "c-\(Int.random(in: 0..<8, using: &random))", by: 1)
            }
            stage.advance(by: .milliseconds(Int.random(in: 1...30, using: &random)))
        }
        stage.advance(by: .seconds(30))
        #expect(handling.overlaps == 0)
        let heads = try stage.ask { store in try await store.streams(after: nil, prefix: "Counter|", limit: 99) }
        #expect(!heads.isEmpty)
        for head in heads {
            #expect(handling.handled[head.persistenceID] == Array(1...head.sequenceNumber), "\(head.persistenceID)")
        }
        #expect(handling.by.count == 2, "both have their share")
        try stage.shutdown(one, two)
    }

    @Test(
        "who stands still beyond its lease is followed by the other, and what it ends then is refused",
        arguments: StoreKind.allCases)
    func paused(_ kind: StoreKind) throws {
        let (stage, gate, record) = (try SteppedStage(kind), Gate(), Record())
        let isFirst = Switch(true)
        // The first one's way to the store, which is cut for a while.
        let (way, settings) = (CountedStore(stage.store), try ApplicationSettings(breakerFailures: 1_000))
        func application(in system: ActorSystem, on store: CountedStore) throws -> Application {
            try stage.application(on: store, in: system, settings: settings) {
                Counter.self
                Journal.self
                On(Counter.Incremented.self, "note").to { event in .stream(try Journal.id(event.stream.entityID)) }
                    .do { event, stream, app in
                        let isHeld = isFirst.isOn
                        if isHeld {
                            isFirst.turn(on: false)
                            record.add("held \(event.amount)")
                            await gate.pass()
                        }
                        try await app.do(Journal.Note(text: "\(event.amount)"), on: stream, reactingTo: event)
                        record.add("done \(event.amount) \(isHeld ? "late" : "")")
                    }
            }
        }
        let one = try application(in: stage.system, on: way)
        try stage.increment(one, by: 1, 2)
        stage.work()
        #expect(record.words == ["held 1"])
        way.fail { _ in NotToday() }
        let other = try application(in: stage.otherSystem(), on: stage.store)
        stage.advance(by: .milliseconds(9_900))
        #expect(record.words == ["held 1"])
        stage.advance(by: .milliseconds(200))
        #expect(record.words == ["held 1", "done 1 ", "done 2 "])
        let taken = try #require(try stage.subscriptions().first)
        #expect(taken.watermark == 2 && taken.fencingNumber >= 2)
        way.fail(nil)
        gate.open()
        stage.advance(by: .seconds(1))
        // It was done before, so nothing is written a second time, and the row stays where it is.
        #expect(try stage.notes(other) == ["1", "2"])
        let after = try #require(try stage.subscriptions().first)
        #expect(after.watermark == 2 && after.holding == nil && after.retries == 0)
        try stage.increment(other, by: 3)
        stage.advance(by: .seconds(1))
        #expect(try stage.notes(one) == ["1", "2", "3"])
        try stage.shutdown(one, other)
    }

    @Test("what a handler does whose events another one has by now is refused", arguments: StoreKind.allCases)
    func followed(_ kind: StoreKind) throws {
        let (stage, record) = (try SteppedStage(kind), Record())
        let way = CountedStore(stage.store)
        let settings = try ApplicationSettings(breakerFailures: 1_000)
        func application(_ name: String, in system: ActorSystem, on store: CountedStore, _ gate: Gate) throws
            -> Application
        {
            try stage.application(on: store, in: system, settings: settings) {
                Counter.self
                Journal.self
                On(Counter.Incremented.self, "note").to { event in .stream(try Journal.id(event.stream.entityID)) }
                    .do { event, stream, app in
                        await gate.pass()
                        do {
                            try await app.do(Journal.Note(text: name), on: stream, reactingTo: event)
                            record.add("\(name) has written")
                        } catch {
                            record.add("\(name): \(type(of: error))")
                            throw error
                        }
                    }
            }
        }
        let (first, second) = (Gate(), Gate())
        let one = try application("one", in: stage.system, on: way, first)
        try stage.increment(one, by: 1)
        stage.work()
        way.fail { _ in NotToday() }
        let other = try application("other", in: stage.otherSystem(), on: stage.store, second)
        stage.advance(by: .milliseconds(10_100))
        #expect(first.held == 1 && second.held == 1)
        way.fail(nil)
        first.open()
        stage.work()
        #expect(record.words == ["one: ClaimLostError"])
        second.open()
        stage.advance(by: .seconds(1))
        #expect(record.words == ["one: ClaimLostError", "other has written"])
        #expect(try stage.notes(other) == ["other"])
        let done = try #require(try stage.subscriptions().first)
        #expect(done.watermark == 1 && done.retries == 0 && done.failure == nil)
        try stage.shutdown(one, other)
    }

    @Test("one correlates at a time, and the other when that one's lease runs out", arguments: StoreKind.allCases)
    func correlation(_ kind: StoreKind) throws {
        let stage = try SteppedStage(kind)
        let settings = try ApplicationSettings(isSelfDriving: false)
        func application(in system: ActorSystem) throws -> Application {
            try stage.application(in: system, settings: settings) {
                Counter.self
                On(Counter.Incremented.self, "note").do { _, _, _ in }
            }
        }
        let (one, other) = (try application(in: stage.system), try application(in: stage.otherSystem()))
        try stage.increment(one, by: 1)
        #expect(try stage.run { try await one.correlate().correlated } == 1)
        try stage.increment(one, by: 2)
        stage.advance(by: .milliseconds(9_900))
        #expect(try stage.run { try await other.correlate().correlated } == 0)
        // What is correlated is drained by anybody.
        #expect(try stage.run { try await other.drain().handled } == 1)
        stage.advance(by: .milliseconds(200))
        #expect(try stage.run { try await other.correlate().correlated } == 1)
        #expect(try stage.run { try await one.correlate().correlated } == 0)
        #expect(try stage.run { try await one.drain().handled } == 1)
        try stage.increment(one, by: 3)
        try stage.shutdown(other)
        // It was given back.
        #expect(try stage.run { try await one.settle().handled } == 1)
        try stage.shutdown(one)
    }

    @Test("whose correlator has gone is followed at that lease's end, on an idle system", arguments: StoreKind.allCases)
    func correlatorGone(_ kind: StoreKind) throws {
        let (stage, record) = (try SteppedStage(kind), Record())
        try stage.ask { [now = stage.now] store in
            _ = try await store.acquire(
                "correlate/counting", for: .seconds(10), as: ULID(high: 9, low: 9),
                by: WriterID(ULID(high: 1, low: 1)), at: now)
        }
        let app = try stage.application {
            Counter.self
            On(Counter.Incremented.self, "note").do { event, _, _ in record.add("\(event.amount)") }
        }
        try stage.increment(app, by: 1)
        stage.advance(by: .milliseconds(9_900))
        #expect(record.words.isEmpty)
        stage.advance(by: .milliseconds(200))
        #expect(record.words == ["1"])
        try stage.shutdown(app)
    }
}
