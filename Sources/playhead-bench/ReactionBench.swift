import Actors
import EventSourcing
import Reactions
import SQLiteStorage

/// Reactions whose handlers do nothing: how many events are drained, and how soon after its commit an event is handled.
struct ReactionBench {
    let options: BenchOptions

    private static let events = 10_000
    private static let streams = 100

    func run() async throws -> [Measurement] {
        let folder = try TemporaryFolder()
        var rows: [Measurement] = []
        rows += try await drains(InMemoryStore(), "in memory", atLeast: 400_000)
        let file = try SQLiteStore.create(folder.file("drain.db"), options: SQLiteStoreOptions(durability: .normal))
        rows += try await drains(file, "NORMAL", atLeast: 200_000)
        file.close()
        rows.append(try await busyAmongMany(InMemoryStore(), "in memory"))
        let many = try SQLiteStore.create(folder.file("many.db"), options: SQLiteStoreOptions(durability: .normal))
        rows.append(try await busyAmongMany(many, "NORMAL"))
        many.close()
        rows += try await growth(folder)
        rows += try await ReactingProcesses.run(folder)
        rows.append(try await latency(InMemoryStore(), "in memory", atMost: 2))
        let quick = try SQLiteStore.create(folder.file("latency.db"), options: SQLiteStoreOptions(durability: .normal))
        rows.append(try await latency(quick, "NORMAL", atMost: 5))
        quick.close()
        return rows
    }

    // MARK: - Draining

    /// Events per second from when everything is in the store until all of it is correlated, or handled.
    private func drains(
        _ store: some ReactionStore, _ name: String, atLeast goal: Double
    ) async throws -> [Measurement] {
        try await Self.fill(store, Self.events)
        var number = 0
        var correlating: [Double] = []
        let draining = try await Slices.median(options) {
            number += 1
            let app = try Self.application("drain-\(number)", on: store)
            let begin = ContinuousClock.now
            let correlated = try await app.correlate()
            let start = ContinuousClock.now
            let totals = try await app.drain()
            let end = ContinuousClock.now
            guard correlated.correlated == Self.events, totals.handled == Self.events else {
                throw BenchError(reason: "of \(Self.events) events, \(totals.handled) were handled")
            }
            await app.shutdown()
            correlating.append(Double(Self.events) / ((start - begin) / .seconds(1)))
            return Double(Self.events) / ((end - start) / .seconds(1))
        }
        return [
            Measurement(
                work: "correlation of 10,000 events of 100 streams, \(name)",
                value: Slices.median(correlating), unit: "events/s"),
            Measurement(
                work: "drain of 10,000 events of 100 streams, \(name)", value: draining, unit: "events/s",
                must: .atLeast(goal)),
        ]
    }

    /// Writes so many events, over as many streams as all of the measuring has.
    static func fill(_ store: some EventStore, _ events: Int) async throws {
        let payload = Array(#"{"value":7}"#.utf8)
        let writer = WriterID(ULID(high: 1, low: 1))
        let time = WallClock().now
        for start in stride(from: 0, to: events, by: 100_000) {
            try await store.importHistory(
                (start..<min(events, start + 100_000)).map { number in
                    ImportedEvent(
                        persistenceID: try PersistenceID("Gauge", "gauge-\(number % streams)"),
                        sequenceNumber: Int64(number / streams + 1),
                        event: NewEvent(type: "Read", payload: payload, timestamp: time), writer: writer)
                })
        }
    }

    static func application(
        _ name: String, on store: some ReactionStore, isSelfDriving: Bool = false,
        handle: @escaping @Sendable (ReactionEvent<Gauge.Read>) -> Void = { _ in }
    ) throws -> Application {
        try Application(name, on: store, settings: ApplicationSettings(isSelfDriving: isSelfDriving)) {
            Gauge.self
            On(Gauge.Read.self, "nothing").do { event, _, _ in handle(event) }
        }
    }

    // MARK: - Growth

    /// The same drain where as many targets have work, and a thousand times as many have none.
    private func busyAmongMany(_ store: some ReactionStore, _ name: String) async throws -> Measurement {
        try await Self.fill(store, Self.events)
        var number = 0
        func drain(beside idle: Int) async throws -> Double {
            number += 1
            let app = try Self.application("among-\(number)", on: store)
            for start in stride(from: 0, to: idle, by: 10_000) {
                try await store.subscribe(
                    try (start..<start + 10_000).map { NewSubscription(try PersistenceID("Gauge", "idle-\($0)")) },
                    of: app.name)
            }
            try await app.correlate()
            let start = ContinuousClock.now
            let totals = try await app.drain()
            let time = ContinuousClock.now - start
            guard totals.handled == Self.events else { throw BenchError(reason: "\(totals.handled) were handled") }
            await app.shutdown()
            return Double(Self.events) / (time / .seconds(1))
        }
        var (few, many): ([Double], [Double]) = ([], [])
        for _ in 0..<options.slices {
            few.append(try await drain(beside: 0))
            many.append(try await drain(beside: 100_000))
        }
        return Measurement(
            work: "drain of 100 targets among 100,000 without work, \(name)", value: Slices.median(many),
            unit: "events/s", limit: Slices.median(few), must: .ratio(1 / 1.5))
    }

    /// Correlation and drain of ever more events.
    private func growth(_ folder: TemporaryFolder) async throws -> [Measurement] {
        var rows: [Measurement] = []
        for size in [1_000, 10_000, 100_000] + (options.isQuick ? [] : [1_000_000]) {
            let file = try SQLiteStore.create(
                folder.file("grown-\(size).db"), options: SQLiteStoreOptions(durability: .normal))
            for (name, store) in [("in memory", InMemoryStore() as any ReactionStore), ("NORMAL", file)] {
                try await Self.fill(store, size)
                let app = try Self.application("growth", on: store)
                let start = ContinuousClock.now
                let totals = try await app.settle()
                let time = ContinuousClock.now - start
                guard totals.handled == size else { throw BenchError(reason: "\(totals.handled) were handled") }
                await app.shutdown()
                rows.append(
                    Measurement(
                        work: "\(GrowthBench.grouped(size)) events correlated and drained, \(name)",
                        value: Double(size) / (time / .seconds(1)), unit: "events/s"))
            }
            file.close()
        }
        return rows
    }

    // MARK: - From commit to handled

    /// Milliseconds from an action's answer until its event is handled, of an application that had nothing to do.
    private func latency(_ store: some ReactionStore, _ name: String, atMost goal: Double) async throws -> Measurement {
        let (handled, told) = AsyncStream.makeStream(of: ContinuousClock.Instant.self)
        let app = try Self.application("latency", on: store, isSelfDriving: true) { _ in told.yield(.now) }
        var iterator = handled.makeAsyncIterator()
        var times: [Double] = []
        for number in 0..<(options.isQuick ? 300 : 1_000) {
            try await app.do(Gauge.Take(value: number), on: Gauge.id("gauge-\(number % 10)"))
            let committed = ContinuousClock.now
            guard let moment = await iterator.next() else { break }
            times.append(max(0, (moment - committed) / .milliseconds(1)))
            // Idle again: what is behind the handler is done.
            try await app.settle()
        }
        await app.shutdown()
        return Measurement(
            work: "from commit to handled, 99 %, \(name)", value: Slices.percentile(99, of: times), unit: "ms",
            must: .atMost(goal))
    }
}

/// What is read off again and again.
struct Gauge: Aggregate {
    struct Read: Codable { var value: Int }

    struct Take: Action {
        typealias State = Gauge
        var value: Int
    }

    static let entityType = "Gauge"
    var value = 0

    static var parts: [AggregatePart<Gauge>] {
        Emits(Read.self) { gauge, read in gauge.value = read.value }
        Accepts(Take.self) { take, _ in [Read(value: take.value)] }
    }
}
