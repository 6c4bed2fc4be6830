import Actors
import EventSourcing
import Reactions
import Testing

@Suite("An application settles")
struct SettlingTests {
    @Test(
        "calls that come while it runs are served by one more run, and each is answered", arguments: StoreKind.allCases)
    func coalesced(_ kind: StoreKind) throws {
        let (stage, gate, record) = (try SteppedStage(kind), Gate(), Record())
        let settings = try ApplicationSettings(isSelfDriving: false)
        let app = try stage.application(settings: settings) {
            Counter.self
            On(Counter.Incremented.self, "stay").do { _, _, _ in await gate.pass() }
        }
        let settled = Record()
        let listener = app.lifecycle()
        Task.detached(executorPreference: stage.scheduler) {
            for await event in listener { if case .settled(let totals) = event { settled.add("\(totals.handled)") } }
        }
        try stage.increment(app, by: 1)
        func ask(_ name: String) {
            Task.detached(executorPreference: stage.scheduler) {
                let totals = try await app.settle()
                record.add("\(name) \(totals.handled)")
            }
        }
        ask("first")
        stage.work()
        #expect(gate.held == 1)
        try stage.increment(app, "c-2", by: 1)
        for number in 1...20 { ask("later \(number)") }
        stage.work()
        #expect(record.words.isEmpty)
        gate.open()
        stage.work()
        #expect(record.words.count == 21)
        // What was there when they asked is done when they are answered.
        #expect(record.words.filter { $0.hasPrefix("later") }.allSatisfy { $0.hasSuffix(" 2") || $0.hasSuffix(" 1") })
        #expect(try stage.subscriptions().allSatisfy { $0.watermark == $0.workMark })
        #expect((1...2).contains(settled.words.count))
        #expect(settled.words.compactMap { Int($0) }.reduce(0, +) == 2)
        try stage.shutdown(app)
    }

    @Test("what it came to is told: correlated, subscribed, handled, failed and blocked", arguments: StoreKind.allCases)
    func totals(_ kind: StoreKind) throws {
        let stage = try SteppedStage(kind)
        let settings = try ApplicationSettings(isSelfDriving: false)
        let app = try stage.application(settings: settings) {
            Counter.self
            On(Counter.Incremented.self, "note").do { event, _, _ in if event.amount == 3 { throw NotToday() } }
        }
        try stage.increment(app, by: 1, 2)
        try stage.increment(app, "c-2", by: 3)
        try stage.run { try await app.do(Counter.Decrement(amount: 1), on: Counter.id("c-1")) }
        let totals = try stage.run { try await app.settle() }
        var expected = SettledTotals()
        (expected.correlated, expected.subscribed, expected.handled) = (4, 2, 2)
        (expected.failed, expected.blocked) = (4, 1)
        #expect(totals == expected)
        #expect(try stage.run { try await app.settle() } == SettledTotals())
        try stage.shutdown(app)
    }

    @Test("one that drives itself settles by itself, and says so", arguments: StoreKind.allCases)
    func byItself(_ kind: StoreKind) throws {
        let (stage, told) = (try SteppedStage(kind), Record())
        let app = try stage.application {
            Counter.self
            On(Counter.Incremented.self, "note").do { _, _, _ in }
        }
        let listener = app.lifecycle()
        Task.detached(executorPreference: stage.scheduler) {
            for await event in listener {
                switch event {
                case .committed(let stream, let action, let numbers, let positions):
                    told.add("committed \(stream) \(action) \(numbers) \(positions)")
                case .acked(let subscriptions):
                    told.add("acked \(subscriptions.map { "\($0.target) \($0.watermark)" })")
                case .settled(let totals): told.add("settled \(totals.correlated) \(totals.handled)")
                case .notified: break
                default: told.add("\(event)")
                }
            }
            told.add("over")
        }
        stage.work()
        try stage.increment(app, by: 1)
        stage.work()
        try stage.run { try await app.do(Counter.Decrement(amount: 1), on: Counter.id("c-1")) }
        stage.work()
        try stage.shutdown(app)
        stage.work()
        #expect(
            told.words == [
                "committed Counter|c-1 Increment 1..<2 1..<2", "acked [\"Counter|c-1 1\"]", "settled 1 1",
                "committed Counter|c-1 Decrement 2..<3 2..<3", "settled 1 0", "over",
            ])
    }

    @Test("correlating calls nothing, and draining correlates nothing", arguments: StoreKind.allCases)
    func byHand(_ kind: StoreKind) throws {
        let (stage, record) = (try SteppedStage(kind), Record())
        let settings = try ApplicationSettings(isSelfDriving: false)
        let app = try stage.application(settings: settings) {
            Counter.self
            On(Counter.Incremented.self, "note").do { event, _, _ in record.add("\(event.amount)") }
        }
        try stage.increment(app, by: 1)
        #expect(try stage.run { try await app.drain() } == SettledTotals())
        #expect(try stage.run { try await app.correlate().correlated } == 1)
        #expect(record.words.isEmpty)
        #expect(try stage.subscriptions().map(\.workMark) == [1])
        try stage.increment(app, by: 2)
        #expect(try stage.run { try await app.drain().handled } == 1)
        #expect(record.words == ["1"])
        #expect(try stage.run { try await app.settle().handled } == 1)
        stage.advance(by: .seconds(100))
        try stage.increment(app, by: 3)
        stage.advance(by: .seconds(100))
        #expect(record.words == ["1", "2"])
        try stage.shutdown(app)
    }

    @Test("settling does not wait for what is due later", arguments: StoreKind.allCases)
    func later(_ kind: StoreKind) throws {
        let stage = try SteppedStage(kind)
        let app = try stage.application {
            Counter.self
            On(Counter.Incremented.self, "later").deferred(by: .seconds(5)).do { _, _, _ in }
        }
        try stage.increment(app, by: 1)
        #expect(try stage.run { try await app.settle().handled } == 0)
        stage.advance(by: .seconds(6))
        #expect(try stage.subscriptions().first?.watermark == 1)
        try stage.shutdown(app)
    }

    @Test(
        "whoever waits within a reaction is told at once that it would wait for itself", arguments: StoreKind.allCases)
    func withinReaction(_ kind: StoreKind) throws {
        let (stage, record) = (try SteppedStage(kind), Record())
        let other = try stage.application("other") { Counter.self }
        let app = try stage.application {
            Counter.self
            On(Counter.Incremented.self, "wait").do { _, _, app in
                for wait in [Application.settle, Application.drain, Application.correlate] {
                    do {
                        _ = try await wait(app)()
                    } catch {
                        record.add("\(error)")
                    }
                }
                try await other.settle()
                record.add("other")
            }
        }
        try stage.increment(app, by: 1)
        let totals = try stage.run { try await app.settle() }
        let words =
            "a reaction for Counter|c-1 can't wait until all reactions are done, because it is one of them; "
            + "let it return, and wait outside of it"
        #expect(record.words == [words, words, words, "other"])
        #expect(totals.failed == 0)
        #expect(try stage.subscriptions().first?.watermark == 1)
        try stage.shutdown(app, other)
    }

    @Test(
        "a task that a reaction began waits like any other when the reaction has returned, also beside its next call",
        arguments: StoreKind.allCases)
    func outliving(_ kind: StoreKind) throws {
        let (stage, record, returned, next) = (try SteppedStage(kind), Record(), Gate(), Gate())
        let scheduler = stage.scheduler
        let app = try stage.application {
            Counter.self
            On(Counter.Incremented.self, "begin").do { event, _, app in
                guard event.amount == 1 else { return await next.pass() }
                let wait = { @Sendable (name: String) in
                    do {
                        try await app.settle()
                        record.add("\(name) settled")
                    } catch {
                        record.add("\(name) \(type(of: error))")
                    }
                }
                Task(executorPreference: scheduler) {
                    await returned.pass()
                    await wait("behind")
                }
                await Task(executorPreference: scheduler) { await wait("within") }.value
            }
        }
        try stage.increment(app, by: 1, 2)
        stage.work()
        #expect(next.held == 1 && returned.held == 1)
        returned.open()
        stage.work()
        #expect(record.words == ["within WaitsForItselfError"])
        next.open()
        stage.work()
        #expect(record.words == ["within WaitsForItselfError", "behind settled"])
        try stage.shutdown(app)
    }

    @Test("whoever is cancelled waits no longer, and what was begun goes on", arguments: StoreKind.allCases)
    func cancelled(_ kind: StoreKind) throws {
        let (stage, gate, record) = (try SteppedStage(kind), Gate(), Record())
        let app = try stage.application(settings: ApplicationSettings(isSelfDriving: false)) {
            Counter.self
            On(Counter.Incremented.self, "stay").do { _, _, _ in await gate.pass() }
        }
        try stage.increment(app, by: 1)
        func wait(_ name: String) -> Task<Void, Never> {
            Task.detached(executorPreference: stage.scheduler) {
                do {
                    try await app.settle()
                    record.add("\(name) settled")
                } catch {
                    record.add("\(name) \(type(of: error))")
                }
            }
        }
        let (first, _) = (wait("first"), wait("second"))
        stage.work()
        #expect(gate.held == 1)
        first.cancel()
        stage.work()
        #expect(record.words == ["first CancellationError"])
        // One that is cancelled before it waits is no different.
        wait("third").cancel()
        stage.work()
        #expect(record.words == ["first CancellationError", "third CancellationError"])
        gate.open()
        stage.work()
        #expect(record.words.last == "second settled")
        #expect(try stage.subscriptions().first?.watermark == 1)
        try stage.shutdown(app)
    }

    @Test("several applications live on one system, each with its own subscriptions", arguments: StoreKind.allCases)
    func several(_ kind: StoreKind) throws {
        let (stage, record) = (try SteppedStage(kind), Record())
        let names = (1...4).map { "app-\($0)" }
        let apps = try names.map { name in
            try stage.application(name) {
                Counter.self
                On(Counter.Incremented.self, "note").do { event, _, _ in record.add("\(name) \(event.amount)") }
            }
        }
        try stage.increment(apps[0], by: 1, 2)
        stage.work()
        #expect(Set(record.words) == Set(names.flatMap { ["\($0) 1", "\($0) 2"] }) && record.words.count == 8)
        try stage.shutdown(apps[0])
        try stage.increment(apps[1], by: 3)
        stage.work()
        #expect(record.words.count == 11)
        for app in apps.dropFirst() { try stage.shutdown(app) }
    }
}
