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
        try await Self.fill(store)
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

    private static func fill(_ store: some EventStore) async throws {
        let payload = Array(#"{"value":7}"#.utf8)
        let writer = WriterID(ULID(high: 1, low: 1))
        let time = WallClock().now
        var history: [ImportedEvent] = []
        for number in 0..<events {
            history.append(
                ImportedEvent(
                    persistenceID: try PersistenceID("Gauge", "gauge-\(number % streams)"),
                    sequenceNumber: Int64(number / streams + 1),
                    event: NewEvent(type: "Read", payload: payload, timestamp: time), writer: writer))
        }
        try await store.importHistory(history)
    }

    private static func application(
        _ name: String, on store: some ReactionStore, isSelfDriving: Bool = false,
        handle: @escaping @Sendable (ReactionEvent<Gauge.Read>) -> Void = { _ in }
    ) throws -> Application {
        try Application(name, on: store, settings: ApplicationSettings(isSelfDriving: isSelfDriving)) {
            Gauge.self
            On(Gauge.Read.self, "nothing").do { event, _, _ in handle(event) }
        }
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
private struct Gauge: Aggregate {
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
