import Actors
import EventSourcing
import Reactions
import Testing

@Suite("An application shuts down")
struct ShutdownTests {
    private func application(
        _ stage: SteppedStage, in system: ActorSystem? = nil, cache: (any StateCache)? = nil, record: Record = Record()
    ) throws -> Application {
        try stage.application(in: system, cache: cache) {
            Counter.self
            Journal.self
            On(Counter.Incremented.self, "note").to { event in .stream(try Journal.id(event.stream.entityID)) }
                .do { event, stream, app in
                    record.add("\(event.amount)")
                    try await app.do(Journal.Note(text: "\(event.amount)"), on: stream, reactingTo: event)
                }
        }
    }

    @Test("nothing of it is left: no actor, no timer, no lease, no watch", arguments: StoreKind.allCases)
    func nothingLeft(_ kind: StoreKind) throws {
        let (stage, record) = (try SteppedStage(kind), Record())
        let app = try application(stage, record: record)
        try stage.increment(app, by: 1, 2)
        stage.work()
        #expect(stage.system.children.count == 1 && stage.scheduler.pendingTimers > 0)
        #expect(try stage.correlationLease() != nil)
        try stage.run { await app.shutdown() }
        stage.work()
        #expect(stage.system.children.isEmpty && stage.scheduler.pendingTimers == 0)
        #expect(try stage.correlationLease() == nil)
        #expect(try stage.subscriptions().allSatisfy { $0.holding == nil && $0.watermark == 2 })
        let before = stage.store.total
        try stage.append("Incremented", #"{"amount":3}"#, to: Counter.id("c-1"))
        stage.advance(by: .seconds(200))
        #expect(record.words == ["1", "2"])
        #expect(stage.store.total == before + 1)
        let isRunning = try stage.run { try await app.cancel(Journal.id("c-1")) } || !app.running.isEmpty
        #expect(!isRunning)
    }

    @Test("a second call waits for the first one's end", arguments: StoreKind.allCases)
    func twice(_ kind: StoreKind) throws {
        let stage = try SteppedStage(kind)
        let app = try application(stage)
        stage.work()
        let over = Record()
        for _ in 0..<3 {
            Task.detached(executorPreference: stage.scheduler) {
                await app.shutdown()
                over.add("over")
            }
        }
        stage.work()
        #expect(over.words.count == 3)
        try stage.run { await app.shutdown() }
    }

    @Test("what is asked of it afterwards is refused", arguments: StoreKind.allCases)
    func refused(_ kind: StoreKind) throws {
        let stage = try SteppedStage(kind)
        let app = try application(stage)
        try stage.increment(app, by: 1)
        try stage.shutdown(app)
        #expect(throws: CancellationError.self) { try stage.run { try await app.settle() } }
        #expect(throws: CancellationError.self) { try stage.run { try await app.correlate() } }
        #expect(throws: CancellationError.self) { try stage.run { try await app.drain() } }
        let before = try stage.events().count
        let error = #expect(throws: ActionError.self) { try stage.increment(app, by: 2) }
        #expect(error.map { "\($0)" } == "Increment can't be done: the application shuts down")
        #expect(try stage.events().count == before)
        // What is there can be read as long as the store can.
        #expect(try stage.run { try await app.load(Counter.self, Counter.id("c-1")).state.count } == 1)
    }

    @Test("while it shuts down what reactions do is done, and nothing else", arguments: StoreKind.allCases)
    func meanwhile(_ kind: StoreKind) throws {
        let (stage, gate, refusals) = (try SteppedStage(kind), Gate(), Record())
        let app = try stage.application {
            Counter.self
            Journal.self
            On(Counter.Incremented.self, "note").to { event in .stream(try Journal.id(event.stream.entityID)) }
                .do { event, stream, app in
                    await gate.pass()
                    try await app.do(Journal.Note(text: "\(event.amount)"), on: stream, reactingTo: event)
                }
        }
        try stage.increment(app, by: 1)
        stage.work()
        let run = Task.detached(executorPreference: stage.scheduler) { () -> String in
            do {
                try await app.settle()
                return "settled"
            } catch {
                return "\(type(of: error))"
            }
        }
        stage.work()
        let shutdown = Task.detached(executorPreference: stage.scheduler) { await app.shutdown() }
        stage.work()
        do {
            try stage.increment(app, by: 2)
        } catch {
            refusals.add("\(error)")
        }
        gate.open()
        stage.work()
        try stage.run { await shutdown.value }
        #expect(refusals.words == ["Increment can't be done: the application shuts down"])
        #expect(try stage.events().map(\.type) == ["Incremented", "Noted"])
        #expect(["settled", "CancellationError"].contains(try stage.run { await run.value }))
    }

    /// Takes note of when it is let go of.
    private struct NotedCache: StateCache {
        let record: Record
        let hasLeases: @Sendable () async throws -> Bool

        func get(_ stream: PersistenceID) async throws -> CachedState? { nil }
        func set(_ state: CachedState, of stream: PersistenceID) async throws {}
        func invalidate(_ stream: PersistenceID) async throws {}
        func clear() async throws {}
        func dispose() async throws { record.add(try await hasLeases() ? "cache before leases" : "cache") }
    }

    @Test(
        "what it has is let go of in the reverse order of its beginning: what is in hand, its leases, its cache",
        arguments: StoreKind.allCases)
    func order(_ kind: StoreKind) throws {
        let (stage, record, gate) = (try SteppedStage(kind), Record(), Gate())
        let cache = NotedCache(record: record) { [store = stage.store, now = stage.now] in
            try await store.get("correlate/counting", at: now) != nil
        }
        let app = try stage.application(cache: cache) {
            Counter.self
            On(Counter.Incremented.self, "stay").do { _, _, _ in
                await gate.pass()
                record.add("in hand")
            }
        }
        try stage.increment(app, by: 1)
        stage.work()
        #expect(gate.held == 1)
        Task.detached(executorPreference: stage.scheduler) {
            await app.shutdown()
            record.add("over")
        }
        stage.work()
        #expect(record.words.isEmpty)
        gate.open()
        stage.work()
        #expect(record.words == ["in hand", "cache", "over"])
    }

    @Test("it is not kept by anything once it has shut down", arguments: StoreKind.allCases)
    func leaks(_ kind: StoreKind) throws {
        let stage = try SteppedStage(kind)
        weak var forgotten: Application?
        weak var cache: LeastRecentlyUsedCache?
        try {
            let own = LeastRecentlyUsedCache()
            let app = try application(stage, cache: own)
            (forgotten, cache) = (app, own)
            try stage.increment(app, by: 1)
            stage.work()
            try stage.shutdown(app)
        }()
        stage.work()
        #expect(forgotten == nil && cache == nil)
    }

    @Test("its own system ends with it, and another one's does not")
    func systems() async throws {
        let own = try Application { Counter.self }
        try await own.do(Counter.Increment(), on: Counter.id("c-1"))
        await own.shutdown()
        let system = ActorSystem(name: "shared")
        let app = try Application(in: system) { Counter.self }
        await app.shutdown()
        #expect(system.children.isEmpty)
        let echo = system.spawn(
            Behavior<ActorRef<Int>>.receive { _, message in
                message.tell(1)
                return .same
            })
        #expect(try await echo.ask(timeout: .seconds(60)) { $0 } == 1)
        await system.shutdown()
    }

    @Test("a system that ends first ends its applications, and nobody waits for ever", arguments: StoreKind.allCases)
    func systemFirst(_ kind: StoreKind) throws {
        let stage = try SteppedStage(kind)
        let app = try application(stage)
        try stage.increment(app, by: 1)
        stage.work()
        try stage.run { [system = stage.system] in await system.shutdown() }
        #expect(throws: CancellationError.self) { try stage.run { try await app.settle() } }
        try stage.run { await app.shutdown() }
        #expect(try stage.correlationLease() == nil)
        // One that is built on it never begins.
        let late = try application(stage)
        #expect(throws: CancellationError.self) { try stage.run { try await late.settle() } }
        try stage.run { await late.shutdown() }
        #expect(throws: ActionError.self) { try stage.increment(late, by: 2) }
    }
}
