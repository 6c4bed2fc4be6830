import Actors
import EventSourcing
import EventSourcingTestKit
import Reactions
import TestSupport
import Testing

@Suite("Reactions fail")
struct FailureTests {
    @Test("an error that can't be retried blocks at once", arguments: StoreKind.allCases)
    func nonRetryable(_ kind: StoreKind) throws {
        let (stage, failures) = (try SteppedStage(kind), Failures(0))
        let app = try stage.application {
            Counter.self
            On(Counter.Incremented.self, "never").do { _, _, _ in
                try failures.next()
                throw NonRetryableError("it is no use")
            }
        }
        try stage.increment(app, by: 1, 2)
        let totals = try stage.run { try await app.settle() }
        #expect(failures.calls == 1)
        #expect(totals.handled == 0)
        let blocked = try #require(try stage.subscriptions().first)
        #expect(blocked.blocked == stage.now && blocked.watermark == 0)
        #expect(
            blocked.failure
                == SubscriptionFailure(
                    reaction: "never", position: 1, attempts: [.init(time: stage.now, message: "it is no use")]))
        try stage.shutdown(app)
    }

    @Test(
        "where its stream is not to be blocked, the event is passed over behind its last try",
        arguments: StoreKind.allCases)
    func passedOver(_ kind: StoreKind) throws {
        let (stage, record) = (try SteppedStage(kind), Record())
        let app = try stage.application {
            Counter.self
            On(Counter.Incremented.self, "fails").retry(.fixed(.seconds(1), retries: 1, blocks: false))
                .do { event, _, _ in
                    record.add("fails \(event.amount)")
                    if event.amount == 1 { throw NotToday() }
                }
            On(Counter.Incremented.self, "other").do { event, _, _ in record.add("other \(event.amount)") }
        }
        try stage.increment(app, by: 1, 2)
        stage.advance(by: .seconds(2))
        #expect(record.words == ["fails 1", "fails 1", "other 1", "fails 2", "other 2"])
        let done = try #require(try stage.subscriptions().first)
        #expect(done.blocked == nil && done.watermark == 2 && done.failure == nil)
        try stage.shutdown(app)
    }

    @Test("tries are counted for each event and each reaction", arguments: StoreKind.allCases)
    func counted(_ kind: StoreKind) throws {
        let stage = try SteppedStage(kind)
        let calls = Locked<[String: Int]>([:])
        @Sendable func failThrice(_ name: String) throws {
            let count = calls.withLock { calls in
                calls[name, default: 0] += 1
                return calls[name, default: 0]
            }
            if count <= 3 { throw NotToday() }
        }
        let app = try stage.application {
            Counter.self
            On(Counter.Incremented.self, "a").do { event, _, _ in try failThrice("a\(event.amount)") }
            On(Counter.Incremented.self, "b").do { event, _, _ in try failThrice("b\(event.amount)") }
        }
        try stage.increment(app, by: 1, 2)
        let totals = try stage.run { try await app.settle() }
        #expect(calls.withLock { $0 } == ["a1": 4, "b1": 4, "a2": 4, "b2": 4])
        #expect(totals.blocked == 0)
        #expect(try stage.subscriptions().first?.watermark == 2)
        try stage.shutdown(app)
    }

    @Test(
        "reactions: also behind progress in the same batch there are four calls, then the stream is blocked",
        arguments: StoreKind.allCases)
    func behindProgress(_ kind: StoreKind) throws {
        let (stage, failures) = (try SteppedStage(kind), Failures(.max))
        let settings = try ApplicationSettings(isSelfDriving: false)
        let app = try stage.application(settings: settings) {
            Counter.self
            On(Counter.Incremented.self, "third").do { event, _, _ in if event.amount == 3 { try failures.next() } }
        }
        try stage.increment(app, by: 1, 2, 3, 4)
        let totals = try stage.run { try await app.settle() }
        #expect(failures.calls == 4 && totals.handled == 2 && totals.failed == 4 && totals.blocked == 1)
        let blocked = try #require(try stage.subscriptions().first)
        #expect(blocked.watermark == 2 && blocked.failure?.position == 3)
        try stage.shutdown(app)
    }

    @Test(
        "a blocked stream goes on where it stood once it is unblocked, and others never waited",
        arguments: StoreKind.allCases)
    func unblocked(_ kind: StoreKind) throws {
        let (stage, record, failures) = (try SteppedStage(kind), Record(), Failures(4))
        let app = try stage.application {
            Counter.self
            On(Counter.Incremented.self, "note").do { event, stream, _ in
                if stream.entityID == "c-1" { try failures.next() }
                record.add("\(stream.entityID) \(event.amount)")
            }
        }
        try stage.increment(app, by: 1, 2)
        try stage.increment(app, "c-2", by: 3)
        try stage.run { try await app.settle() }
        #expect(record.words == ["c-2 3"])
        #expect(try stage.ask { store in try await store.unblock(.all, of: "counting") } == 1)
        stage.work()
        #expect(record.words == ["c-2 3", "c-1 1", "c-1 2"])
        try stage.shutdown(app)
    }

    @Test(
        "an event whose payload can't be read blocks its own stream only, with the reason",
        arguments: StoreKind.allCases)
    func undecodable(_ kind: StoreKind) throws {
        let (stage, record) = (try SteppedStage(kind), Record())
        let app = try stage.application {
            Counter.self
            On(Counter.Incremented.self, "own").do { event, stream, _ in
                record.add("\(stream.entityID) \(event.amount)")
            }
            On(Counter.Incremented.self, "computed").to { event in .stream(try Journal.id("j-\(event.amount)")) }
                .do { event, stream, _ in record.add("\(stream.entityID)") }
        }
        try stage.append("Incremented", "{}", to: Counter.id("c-1"))
        try stage.append("Incremented", #"{"amount":2}"#, to: Counter.id("c-1"))
        try stage.append("Incremented", #"{"amount":3}"#, to: Counter.id("c-2"))
        try stage.run { try await app.settle() }
        #expect(Set(record.words) == ["c-2 3", "j-2", "j-3"])
        let blocked = try stage.subscriptions(SubscriptionFilter(isBlocked: true))
        #expect(blocked.map { "\($0.target)" } == ["(unresolved)|1/computed", "Counter|c-1"])
        for one in blocked {
            #expect(one.failure?.position == 1 && one.failure?.attempts.count == 4)
            #expect(
                one.failure?.attempts.first?.message.hasPrefix("Incremented version 1 could not be decoded") == true)
        }
        try stage.shutdown(app)
    }

    /// A store that can't read one stream.
    private struct SpoiltStore: ForwardingReactionStore {
        let base: any SteppedStore
        let spoilt: PersistenceID

        func load<Result: Sendable>(
            _ id: PersistenceID, from: Int64, through: Int64, fields: EventFields, into initial: Result,
            visit: @escaping @Sendable (inout Result, borrowing StoredEvent) throws -> Visit
        ) async throws -> Result {
            if id == spoilt { throw StoreError(.corrupt, stream: id, detail: "a page is lost") }
            return try await base.load(id, from: from, through: through, fields: fields, into: initial, visit: visit)
        }
    }

    @Test("events that can't be read are read again a few times, and block their own target alone")
    func spoilt() throws {
        let (stage, record) = (try SteppedStage(.memory), Record())
        let spoilt = try Counter.id("spoilt")
        for id in [spoilt, try Counter.id("c-1")] { try stage.append("Incremented", #"{"amount":1}"#, to: id) }
        let app = try stage.application(on: SpoiltStore(base: stage.store, spoilt: spoilt)) {
            Counter.self
            On(Counter.Incremented.self, "note").do { event, _, _ in record.add(event.stream.entityID) }
        }
        stage.work()
        #expect(record.words == ["c-1"])
        stage.advance(by: .seconds(4))
        let blocked = try stage.subscriptions(SubscriptionFilter(isBlocked: true))
        #expect(blocked.map(\.target) == [spoilt])
        #expect(blocked.first?.failure?.reaction == "(reading)")
        #expect(blocked.first?.failure?.attempts.count == 4)
        try stage.shutdown(app)
    }

    @Test("an event that does not fit its checksum blocks its stream, with the reason", arguments: StoreKind.allCases)
    func damaged(_ kind: StoreKind) async throws {
        let stage = try ReactionStage(kind)
        let (store, record) = (try stage.unreliable(), Record())
        try await stage.increment(by: 1, 2)
        store.spoilEvent(2, as: .damaged)
        try await stage.application(on: store) {
            Counter.self
            On(Counter.Incremented.self, "note").do { event, _, _ in record.add("\(event.amount)") }
        } do: { app async throws in
            let totals = try await app.settle()
            #expect(totals.handled == 1 && totals.blocked == 1)
            let blocked = try await stage.store.list(
                SubscriptionFilter(isBlocked: true), of: "counting", after: nil, limit: 9)
            #expect(
                blocked.first?.failure?.attempts.map(\.message).last == "the stored event does not fit its checksum")
            #expect(record.words == ["1"])
        }
    }

    @Test(
        "an event whose target can't be computed is tried again, blocked by itself, and handled once when that is mended",
        arguments: StoreKind.allCases)
    func resolver(_ kind: StoreKind) throws {
        let (stage, record, broken) = (try SteppedStage(kind), Record(), Switch(true))
        let app = try stage.application {
            Counter.self
            On(Counter.Incremented.self, "compute")
                .to { event in
                    if event.amount == 2, broken.isOn { throw NotToday() }
                    return .stream(try Journal.id("j"))
                }
                .do { event, stream, _ in record.add("\(stream) \(event.amount)") }
        }
        try stage.increment(app, by: 1, 2, 3)
        try stage.run { try await app.settle() }
        #expect(record.words == ["Journal|j 1", "Journal|j 3"])
        let blocked = try stage.subscriptions(SubscriptionFilter(isBlocked: true))
        #expect(blocked.map { "\($0.target)" } == ["(unresolved)|2/compute"])
        #expect(blocked.first?.failure?.attempts.map(\.message) == Array(repeating: "not today", count: 4))
        broken.turn(on: false)
        try stage.ask { store in try await store.unblock(.all, of: "counting") }
        stage.work()
        #expect(record.words == ["Journal|j 1", "Journal|j 3", "Journal|j 2"])
        try stage.run { try await app.settle() }
        #expect(record.words.count == 3)
        #expect(try stage.subscriptions().allSatisfy { $0.blocked == nil && $0.watermark == $0.workMark })
        try stage.shutdown(app)
    }

    @Test(
        "a worker that went without a word has tried, and what it had is handled one event at a time",
        arguments: StoreKind.allCases)
    func crash(_ kind: StoreKind) throws {
        let (stage, record, acked) = (try SteppedStage(kind), Record(), Record())
        let settings = try ApplicationSettings(isSelfDriving: false)
        let app = try stage.application(settings: settings) {
            Counter.self
            On(Counter.Incremented.self, "note").do { event, _, _ in record.add("\(event.amount)") }
        }
        try stage.increment(app, by: 1, 2, 3)
        try stage.run { try await app.correlate() }
        try crash(on: stage, times: 1)
        let listener = app.lifecycle()
        Task.detached(executorPreference: stage.scheduler) {
            for await case .acked(let subscriptions) in listener {
                acked.add("\(subscriptions.map(\.watermark))")
            }
        }
        stage.work()
        let totals = try stage.run { try await app.drain() }
        #expect(totals.handled == 3 && totals.failed == 0)
        #expect(record.words == ["1", "2", "3"])
        #expect(acked.words == ["[1]", "[3]"])
        try stage.shutdown(app)
    }

    @Test(
        "what four workers in a row have not come back from is blocked, and not called again",
        arguments: StoreKind.allCases)
    func crashes(_ kind: StoreKind) throws {
        let (stage, record) = (try SteppedStage(kind), Record())
        let settings = try ApplicationSettings(isSelfDriving: false)
        let app = try stage.application(settings: settings) {
            Counter.self
            On(Counter.Incremented.self, "note").do { event, _, _ in record.add("\(event.amount)") }
        }
        try stage.increment(app, by: 1, 2)
        try stage.run { try await app.correlate() }
        try crash(on: stage, times: 4)
        let totals = try stage.run { try await app.drain() }
        #expect(record.words.isEmpty && totals.blocked == 1)
        let blocked = try #require(try stage.subscriptions().first)
        let silence = "a worker had it, and never said what became of it; what handles it may end its process"
        #expect(blocked.failure?.reaction == "note" && blocked.failure?.position == 1)
        #expect(
            blocked.failure?.attempts.map(\.message)
                == [silence, silence, silence, "it was called 4 times, and the last call never came to an end"])
        try stage.shutdown(app)
    }

    /// Claims as another process would that ends each time before it says what it did.
    private func crash(on stage: SteppedStage, times: Int) throws {
        for _ in 0..<times {
            try claim(on: stage)
            stage.advance(by: .seconds(10))
        }
    }

    /// Claims the one subscription as another process would.
    private func claim(on stage: SteppedStage) throws {
        let claims = try stage.ask { [now = stage.now] store in
            try await store.claim(
                ClaimPlaces(lagging: 5, leading: 0), in: nil, of: "counting", for: .seconds(10),
                by: WriterID(ULID(high: 1, low: 1)), at: now)
        }
        #expect(claims.count == 1)
    }

    @Test("a lease that runs out is taken over at its time, on an idle system", arguments: StoreKind.allCases)
    func takenOver(_ kind: StoreKind) throws {
        let (stage, record) = (try SteppedStage(kind), Record())
        let target = try Counter.id("c-1")
        try stage.append("Incremented", #"{"amount":1}"#, to: target)
        try stage.ask { store in
            try await store.correlated(
                [NewSubscription(target, source: .exact("Counter|c-1"), workMark: 1)], through: 1, of: "counting",
                at: SteppedStage.start)
        }
        try claim(on: stage)
        let app = try stage.application {
            Counter.self
            On(Counter.Incremented.self, "note").do { event, _, _ in record.add("\(event.amount)") }
        }
        stage.advance(by: .milliseconds(9_900))
        #expect(record.words.isEmpty)
        stage.advance(by: .milliseconds(200))
        #expect(record.words == ["1"])
        try stage.shutdown(app)
    }

    @Test(
        "what was handled is not handled again because the store did not take its end at once",
        arguments: StoreKind.allCases)
    func failedAck(_ kind: StoreKind) throws {
        let (stage, record, broken) = (try SteppedStage(kind), Record(), Failures(2))
        let app = try stage.application {
            Counter.self
            On(Counter.Incremented.self, "note").retry(ReactionRetry(maxRetries: 0)).do { event, _, _ in
                record.add("\(event.amount)")
            }
        }
        stage.store.fail { call in
            guard call == .ack else { return nil }
            do {
                try broken.next()
                return nil
            } catch {
                return error
            }
        }
        try stage.increment(app, by: 1, 2)
        stage.advance(by: .seconds(30))
        #expect(record.words == ["1", "2"])
        let done = try #require(try stage.subscriptions().first)
        #expect(done.watermark == 2 && done.blocked == nil && done.holding == nil)
        try stage.shutdown(app)
    }
}
