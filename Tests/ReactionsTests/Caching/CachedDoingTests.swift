import Actors
import EventSourcing
import Reactions
import Testing

/// Fails at everything.
private struct FailingCache: StateCache {
    let isDisposed = Switch(false)

    func get(_ stream: PersistenceID) async throws -> CachedState? { throw NotToday() }
    func set(_ state: CachedState, of stream: PersistenceID) async throws { throw NotToday() }
    func invalidate(_ stream: PersistenceID) async throws { throw NotToday() }
    func clear() async throws { throw NotToday() }
    func dispose() async throws {
        isDisposed.turn(on: true)
        throw NotToday()
    }
}

@Suite("Applications use caches")
struct CachedDoingTests {
    @Test("what was written is not read again", arguments: StoreKind.allCases)
    func used(_ kind: StoreKind) throws {
        let (stage, cache) = (try SteppedStage(kind), LeastRecentlyUsedCache())
        let settings = try ApplicationSettings(isSelfDriving: false)
        let app = try stage.application(settings: settings, cache: cache) { Tally.self }
        try stage.run { try await app.do(Tally.Add(1, 2, 3), on: Tally.id("t-1")) }
        let cached = try #require(try stage.run { try await cache.get(Tally.id("t-1")) })
        #expect(cached.state as? Tally == Tally(sum: 6))
        #expect(cached.sequenceNumber == 3 && cached.position == 3 && cached.lastSnapshot == 3)
        let before = stage.store.total
        try stage.run { try await app.do(Tally.Add(4), on: Tally.id("t-1")) }
        #expect(stage.store.total - before == 1)
        // What is read is kept too, with its position.
        try stage.run { try await cache.clear() }
        #expect(try stage.run { try await app.load(Tally.self, Tally.id("t-1")).state.sum } == 10)
        #expect(try stage.run { try await cache.get(Tally.id("t-1"))?.position } == 4)
        try stage.shutdown(app)
    }

    @Test("a cache that fails at everything is a warning, and never an error", arguments: StoreKind.allCases)
    func failing(_ kind: StoreKind) throws {
        let (stage, cache) = (try SteppedStage(kind), FailingCache())
        let app = try stage.application(cache: cache) {
            Counter.self
            Journal.self
            On(Counter.Incremented.self, "note").to { event in .stream(try Journal.id(event.stream.entityID)) }
                .do { event, stream, app in
                    try await app.do(Journal.Note(text: "\(event.amount)"), on: stream, reactingTo: event)
                }
        }
        try stage.increment(app, by: 1, 2, 3)
        #expect(try stage.run { try await app.do(Counter.Look(), on: Counter.id("c-1")).state.count } == 6)
        try stage.run { try await app.settle() }
        #expect(try stage.notes(app) == ["1", "2", "3"])
        try stage.shutdown(app)
        #expect(cache.isDisposed.isOn)
        #expect(
            Set(stage.log.warnings) == [
                "The cache could not be asked for a state.", "A state could not be put into the cache.",
                "A state could not be taken out of the cache.", "The cache could not be let go of.",
            ])
    }

    @Test("a state of another type in the cache is as good as none")
    func otherType() throws {
        let (stage, cache) = (try SteppedStage(.memory), LeastRecentlyUsedCache())
        let app = try stage.application(cache: cache) { Counter.self }
        try stage.increment(app, by: 5)
        try stage.run { try await cache.set(CachedState("odd", sequenceNumber: 1), of: Counter.id("c-1")) }
        try stage.increment(app, by: 6)
        #expect(try stage.run { try await app.load(Counter.self, Counter.id("c-1")).state.count } == 11)
        try stage.shutdown(app)
    }

    @Test("what another one wrote is never overlooked, nor what was deleted", arguments: StoreKind.allCases)
    func stale(_ kind: StoreKind) async throws {
        let stage = try ReactionStage(kind)
        let settings = try ApplicationSettings(isSelfDriving: false)
        let one = try Application("counting", on: stage.store, settings: settings) { Tally.self }
        let other = try Application("counting", on: stage.store, settings: settings) { Tally.self }
        let id = try Tally.id("t-1")
        try await one.do(Tally.Add(1), on: id)
        try await other.do(Tally.Add(10), on: id)
        #expect(try await one.load(Tally.self, id).state.sum == 11)
        try await other.do(Tally.Add(100), on: id)
        // In conflict with what it remembers.
        #expect(try await one.do(Tally.Add(1_000), on: id).state.sum == 1_111)
        #expect(try await other.load(Tally.self, id).state.sum == 1_111)
        let refusal = await #expect(throws: NotToday.self) { try await other.do(Tally.Refuse(), on: id) }
        #expect(refusal?.description == "not at 1111")
        // The third event was a snapshot; all that lies before it goes.
        #expect(try await stage.store.deleteEvents(of: id, upTo: 3))
        #expect(try await one.do(Tally.Add(1), on: id).state.sum == 1_112)
        #expect(try await other.load(Tally.self, id).state.sum == 1_112)
        #expect(try await other.do(Tally.Add(1), on: id, expecting: 5).state.sum == 1_113)
        await one.shutdown()
        await other.shutdown()
    }
}
