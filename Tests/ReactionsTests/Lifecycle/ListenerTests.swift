import Actors
import EventSourcing
import Reactions
import Testing

@Suite("What happens is told to listeners")
struct ListenerTests {
    private func application(_ stage: SteppedStage) throws -> Application {
        try stage.application(settings: ApplicationSettings(isSelfDriving: false)) { Counter.self }
    }

    /// What a listener is told of commits, in short.
    private static func short(_ event: LifecycleEvent) -> String {
        switch event {
        case .committed(_, _, let numbers, _): "#\(numbers.lowerBound)"
        case .missed(let count): "missed \(count)"
        default: "\(event)"
        }
    }

    private func listen(_ app: Application, on stage: SteppedStage, keeping: Int = 1_000) -> (Record, Task<Void, Never>)
    {
        let (record, events) = (Record(), app.lifecycle(keeping: keeping))
        let task = Task.detached(executorPreference: stage.scheduler) {
            for await event in events { record.add(Self.short(event)) }
            record.add("over")
        }
        stage.work()
        return (record, task)
    }

    @Test("any number of them, each all of it, until the end")
    func many() throws {
        let stage = try SteppedStage(.memory)
        let app = try application(stage)
        let first = (0..<10).map { _ in listen(app, on: stage).0 }
        try stage.increment(app, by: 1, 2)
        let late = listen(app, on: stage).0
        try stage.increment(app, by: 3)
        stage.work()
        try stage.shutdown(app)
        stage.work()
        #expect(first.allSatisfy { $0.words == ["#1", "#2", "#3", "over"] })
        #expect(late.words == ["#3", "over"])
        // Who comes behind the end is told of it at once.
        #expect(listen(app, on: stage).0.words == ["over"])
    }

    @Test("a slow one misses what it has no place for, is told how much, and nobody waits for it")
    func slow() throws {
        let stage = try SteppedStage(.memory)
        let app = try application(stage)
        let told = try stage.run {
            var (events, told) = (app.lifecycle(keeping: 3).makeAsyncIterator(), [String?]())
            func take(_ count: Int) async { for _ in 0..<count { told.append(await events.next().map(Self.short)) } }
            func increment(_ count: Int) async throws {
                for _ in 0..<count { try await app.do(Counter.Increment(), on: Counter.id("c-1")) }
            }
            try await increment(10)
            await take(1)
            // There is a place again, but what was dropped before it comes first.
            try await increment(1)
            await take(3)
            try await increment(1)
            await take(1)
            try await increment(8)
            await app.shutdown()
            // What it has kept is told behind the end, too.
            await take(6)
            return told
        }
        #expect(
            told == ["#1", "#2", "#3", "missed 8", "#12", "#13", "#14", "#15", "missed 5", nil, nil])
    }

    @Test("one that is cancelled ends, and the others do not")
    func cancelled() throws {
        let stage = try SteppedStage(.memory)
        let app = try application(stage)
        let (one, task) = listen(app, on: stage)
        let (other, _) = listen(app, on: stage)
        try stage.increment(app, by: 1)
        stage.work()
        task.cancel()
        stage.work()
        try stage.increment(app, by: 2)
        stage.work()
        #expect(one.words == ["#1", "over"])
        #expect(other.words == ["#1", "#2"])
        try stage.shutdown(app)
    }

    @Test("failures and blocked subscriptions are among it", arguments: StoreKind.allCases)
    func failures(_ kind: StoreKind) throws {
        let stage = try SteppedStage(kind)
        let app = try stage.application {
            Counter.self
            On(Counter.Incremented.self, "fail").retry(ReactionRetry(maxRetries: 1)).do { _, _, _ in throw NotToday() }
        }
        let record = Record()
        let events = app.lifecycle()
        Task.detached(executorPreference: stage.scheduler) {
            for await event in events {
                switch event {
                case .error(let failure):
                    record.add(
                        "\(failure.reaction ?? "") \(failure.stream.map { "\($0)" } ?? "") \(failure.position ?? 0): \(failure)"
                    )
                case .blocked(let subscription): record.add("blocked \(subscription.target)")
                default: break
                }
            }
        }
        try stage.increment(app, by: 1)
        stage.work()
        #expect(
            record.words == [
                "fail Counter|c-1 1: A reaction failed. not today", "fail Counter|c-1 1: A reaction failed. not today",
                "blocked Counter|c-1",
            ])
        try stage.shutdown(app)
    }
}
