import Actors
import EventSourcing

/// Appends of single events in memory, encoded, over 1,000 streams round robin.
struct MemoryAppendBench {
    let options: BenchOptions

    func run() async throws -> [Measurement] {
        [
            Measurement(
                work: "in-memory append, encoded", value: try await Slices.median(options, rate),
                unit: "events/s", must: .atLeast(800_000))
        ]
    }

    /// One slice on a store of its own, whose streams are there already.
    private func rate() async throws -> Double {
        let store = try MemoryAppender()
        _ = try await store.appendToAll()
        return try await Slices.rate(options) { try await store.appendToAll() }
    }
}

/// Encodes and appends one event after the other.
final class MemoryAppender {
    private let store = InMemoryStore()
    private let registry: EventRegistry<Reading>
    private let streams: [PersistenceID]
    private let reading = Reading.sample(1_234)
    private var number: Int64 = 0

    init() throws {
        registry = try Reading.registry()
        streams = try (0..<1_000).map { try PersistenceID("Sensor", "sensor-\($0)") }
    }

    /// One event to each stream; answers how many.
    func appendToAll() async throws -> Int {
        for stream in streams {
            let (type, version, payload) = try registry.encode(reading)
            let event = NewEvent(
                type: type, schemaVersion: version, payload: payload,
                timestamp: Timestamp(microseconds: 1_740_902_400_000_000))
            _ = try await store.append(
                [event], to: stream, expecting: .number(number), by: History.writer, epoch: 1, with: .none)
        }
        number += 1
        return streams.count
    }
}
