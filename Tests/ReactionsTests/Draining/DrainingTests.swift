import Actors
import EventSourcing
import Reactions
import Testing

@Suite("Reactions are called")
struct DrainingTests {
    let store = InMemoryStore()
    let scheduler = StepScheduler(startingAt: Timestamp(microseconds: 1_700_000_000_000_000), seed: 7)

    /// An application that notes each increment in one journal for all, or fails as often as it is told.
    func application(
        drivingItself isSelfDriving: Bool = true, failing failures: Failures = Failures(0),
        retry: ReactionRetry = ReactionRetry()
    ) throws -> Application {
        try Application(
            "counting", on: store, in: ActorSystem(name: "test", scheduler: scheduler),
            settings: ApplicationSettings(isSelfDriving: isSelfDriving)
        ) {
            Counter.self
            Journal.self
            On(Counter.Incremented.self, "note")
                .to { event in .stream(try Journal.id(event.stream.entityID)) }
                .retry(retry)
                .do { event, stream, app in
                    try failures.next()
                    try await app.do(Journal.Note(text: "\(event.amount)"), on: stream, reactingTo: event)
                }
        }
    }

    /// Fails so many times.
    final class Failures: Sendable {
        struct Failure: Error, CustomStringConvertible {
            let description = "not today"
        }
        let left: Locked<Int>
        let calls = Locked(0)

        init(_ count: Int) { left = Locked(count) }

        func next() throws {
            calls.withLock { $0 += 1 }
            let fails = left.withLock { left in
                left -= 1
                return left >= 0
            }
            if fails { throw Failure() }
        }
    }

    static func notes(_ app: Application, _ id: String = "c-1") async throws -> [String] {
        try await app.load(Journal.self, Journal.id(id)).state.notes
    }

    @Test("what is to happen because of an action happens by itself, in the order of the events")
    func byItself() throws {
        let app = try application()
        let totals = try scheduler.run {
            for amount in 1...25 { try await app.do(Counter.Increment(amount: amount), on: Counter.id("c-1")) }
            return try await app.settle()
        }
        #expect(totals.failed == 0 && totals.blocked == 0)
        let notes = try scheduler.run { try await Self.notes(app) }
        #expect(notes == (1...25).map { "\($0)" })
        let head = try scheduler.run { [store] in try await store.head(of: Journal.id("c-1")) }
        #expect(head?.sequenceNumber == 25)
        try scheduler.run { await app.shutdown() }
    }

    @Test("reactions: what was not correlated is not drained")
    func drainBeforeCorrelate() throws {
        let app = try application(drivingItself: false)
        let (drained, correlated, then) = try scheduler.run {
            try await app.do(Counter.Increment(), on: Counter.id("c-1"))
            return (try await app.drain(), try await app.correlate(), try await app.drain())
        }
        #expect(drained.handled == 0)
        #expect(correlated.correlated == 1 && correlated.subscribed == 1)
        #expect(then.handled == 1)
    }

    @Test("reactions: four calls in all, then the stream is blocked with the reaction, the event and every attempt")
    func blocked() throws {
        let failures = Failures(.max)
        let app = try application(failing: failures)
        let blocked = try scheduler.run { [store] in
            try await app.do(Counter.Increment(), on: Counter.id("c-1"))
            let totals = try await app.settle()
            #expect(totals.blocked == 1)
            return try await store.list(SubscriptionFilter(isBlocked: true), of: "counting", after: nil, limit: 10)
        }
        #expect(failures.calls.withLock { $0 } == 4)
        #expect(blocked.map(\.target) == [try Journal.id("c-1")])
        #expect(blocked.first?.failure?.reaction == "note")
        #expect(blocked.first?.failure?.position == 1)
        #expect(blocked.first?.failure?.attempts.map(\.message) == Array(repeating: "not today", count: 4))
    }

    @Test("what somebody else resets is handled again from the first event on, and its effects stay as they are")
    func reset() throws {
        let failures = Failures(0)
        let app = try application(failing: failures)
        try scheduler.run { [store] in
            for amount in 1...25 { try await app.do(Counter.Increment(amount: amount), on: Counter.id("c-1")) }
            try await app.settle()
            // Not through the application, as another process would.
            try await store.reset(.all, of: "counting")
            try await app.settle()
        }
        #expect(failures.calls.withLock { $0 } == 50)
        let notes = try scheduler.run { try await Self.notes(app) }
        #expect(notes == (1...25).map { "\($0)" })
    }

    @Test("reactions: a failed reaction is tried again on an idle system, at its time")
    func retried() throws {
        let failures = Failures(2)
        let app = try application(
            failing: failures,
            retry: ReactionRetry(backoff: .exponential(base: .seconds(10), cap: .seconds(60))))
        try scheduler.run {
            try await app.do(Counter.Increment(), on: Counter.id("c-1"))
            try await app.settle()
        }
        #expect(failures.calls.withLock { $0 } == 1)
        scheduler.advance(by: .seconds(9))
        #expect(failures.calls.withLock { $0 } == 1)
        scheduler.advance(by: .seconds(2))
        #expect(failures.calls.withLock { $0 } == 2)
        scheduler.advance(by: .seconds(21))
        #expect(failures.calls.withLock { $0 } == 3)
        let notes = try scheduler.run { try await Self.notes(app) }
        #expect(notes == ["1"])
    }
}

@Suite("Projections follow by themselves")
struct DrivenProjectionTests {
    @Test("a projection has what was committed, without anybody asking for it")
    func follows() throws {
        let scheduler = StepScheduler(startingAt: Timestamp(microseconds: 1_700_000_000_000_000), seed: 7)
        let app = try Application(on: InMemoryStore(), in: ActorSystem(name: "test", scheduler: scheduler)) {
            Counter.self
            Projects("counts", of: Int.self) {
                Folding(Counter.Incremented.self) { event, rows in
                    try rows.change(event.stream.entityID, from: 0) { count in count += event.amount }
                }
            }
        }
        try scheduler.run {
            for amount in 1...3 { try await app.do(Counter.Increment(amount: amount), on: Counter.id("c-1")) }
        }
        scheduler.drain()
        let count = try scheduler.run { try await app.projection("counts", of: Int.self).get("c-1") }
        #expect(count == 6)
        try scheduler.run { await app.shutdown() }
        #expect(scheduler.pendingTimers == 0)
    }
}
