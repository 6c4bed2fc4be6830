import Actors
import EventSourcing
import Reactions
import SQLiteStorage

/// A projection that is built anew from the whole log, beside reading the log alone.
struct ProjectionBench {
    let options: BenchOptions

    /// What a sensor of the sample came to; there are 97 of them in every window.
    private struct Tally: Codable, Sendable {
        var count = 0
        var value = 0.0
    }

    /// The streams of the sample, whose events are read as they are, or by a codec written by hand.
    private struct Derived: Aggregate {
        static let entityType = "Sensor"
        static var parts: [AggregatePart<Derived>] { Emits(Reading.self) { _, _ in } }
    }

    private struct Plain: Aggregate {
        static let entityType = "Sensor"
        static var parts: [AggregatePart<Plain>] { Emits(PlainReading.self, as: "Reading") { _, _ in } }
    }

    func run() async throws -> [Measurement] {
        let folder = try TemporaryFolder()
        let path = folder.file("projection.db")
        let events = options.isQuick ? 300_000 : 1_000_000
        let streams = try (0..<1_000).map { try PersistenceID("Sensor", "sensor-\($0)") }
        try await History.grow(path, streams: streams, length: events / streams.count)
        let store = try SQLiteStore.open(path, options: SQLiteStoreOptions(durability: .normal))
        defer { store.close() }
        let settings = try ApplicationSettings(isSelfDriving: false)
        let derived = try Application("derived", on: store, settings: settings) {
            Derived.self
            Projects("derived", of: Tally.self) {
                Folding(Reading.self) { event, rows in
                    try rows.change(event.payload.sensor, from: Tally()) { tally in
                        tally.count += 1
                        tally.value += event.payload.value
                    }
                }
            }
        }
        let plain = try Application("plain", on: store, settings: settings) {
            Plain.self
            Projects("plain", of: Tally.self) {
                Folding(PlainReading.self) { event, rows in
                    try rows.change(event.payload.reading.sensor, from: Tally()) { tally in
                        tally.count += 1
                        tally.value += event.payload.reading.value
                    }
                }
            }
        }
        var rows: [Measurement] = []
        for (app, name, codec) in [(derived, "derived", "derived Codable"), (plain, "plain", "a codec by hand")] {
            let rates = try await Slices.rates(
                options,
                ours: {
                    let read = try await app.rebuild(name, givingUpRows: true)
                    let folded = try await app.projection(name, of: Tally.self).list().reduce(0) { $0 + $1.row.count }
                    guard read == events, folded == events else { throw BenchError(reason: "\(folded) were folded") }
                    return events
                },
                limit: { try await Self.scan(store) })
            rows.append(
                Measurement(
                    work: "rebuild of a projection over \(GrowthBench.grouped(events)) events, 97 rows, \(codec)",
                    value: rates.ours, unit: "events/s", limit: rates.limit, must: .ratio(0.6)))
            await app.shutdown()
        }
        return rows
    }

    /// Reads every event with its payload, and answers how many there are.
    private static func scan(_ store: SQLiteStore) async throws -> Int {
        let found = try await store.readAll(
            after: 0, limit: .max, fields: .payload, into: (count: 0, bytes: 0)
        ) { found, event in
            found.count += 1
            found.bytes += event.payloadSize
            return .next
        }
        guard found.bytes > found.count else { throw BenchError(reason: "the events have no payloads") }
        return found.count
    }
}
