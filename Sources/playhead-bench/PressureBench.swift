import Actors
import EventSourcing
import Glibc
import SQLiteStorage

/// A writer that never pauses, on a store that is large already, at NORMAL, beside C with SQLite's defaults on a file that is the
/// same.
///
/// Ours must not pause, so the two can't take turns in short slices: C has one half of its time before it and the other after it.
struct PressureBench {
    let options: BenchOptions

    private static let events = 1_000_000
    private static let mebibyte = 1_048_576.0

    func run() async throws -> [Measurement] {
        let folder = try TemporaryFolder()
        let streams = try (0..<1_000).map { try PersistenceID("Sensor", "sensor-\($0)") }
        let (ours, plain) = (folder.file("ours.db"), folder.file("plain.db"))
        for path in [ours, plain] { try History.make(path, streams: streams, length: Self.events / streams.count) }
        let payload = try JSONEventEncoder().encode(Reading.sample(1_234))
        let before = try plainRate(plain, payload)
        let store = try SQLiteStore.open(ours, options: SQLiteStoreOptions(durability: .normal))
        var (times, next, log): ([Double], Int, Double) = ([], 0, 0)
        let start = ContinuousClock.now
        var last = start
        while last - start < length {
            let event = NewEvent(
                type: "Reading", payload: payload, timestamp: Timestamp(microseconds: 1_740_902_400_000_000))
            _ = try await store.append(
                [event], to: streams[next % streams.count], expecting: .any, by: History.writer, epoch: nil, with: .none
            )
            let now = ContinuousClock.now
            times.append((now - last) / .milliseconds(1))
            last = now
            next += 1
            if next.isMultiple(of: 1_000) { log = max(log, Self.size(ours + "-wal")) }
        }
        let rate = Double(next) / ((last - start) / .seconds(1))
        store.close()
        let limit = (before + (try plainRate(plain, payload))) / 2
        return [
            Measurement(
                work: "append without a pause, NORMAL, 1,000,000 events there", value: rate, unit: "events/s",
                limit: limit, must: .ratio(1)),
            Measurement(
                work: "its commits, 99.9th percentile", value: Self.percentile(times, 0.999), unit: "ms",
                must: .atMost(1)),
            Measurement(work: "its worst commit", value: times.max() ?? 0, unit: "ms"),
            Measurement(work: "its log at most", value: log / Self.mebibyte, unit: "MiB", must: .atMost(64)),
        ]
    }

    private var length: Duration { options.isQuick ? .seconds(3) : .seconds(20) }

    private func plainRate(_ path: String, _ payload: [UInt8]) throws -> Double {
        let plain = try PlainLog(path, payload: payload, synchronous: "NORMAL")
        let start = ContinuousClock.now
        var count = 0
        while ContinuousClock.now - start < length / 2 { count += try plain.appendOne() }
        return Double(count) / ((ContinuousClock.now - start) / .seconds(1))
    }

    private static func percentile(_ times: [Double], _ part: Double) -> Double {
        let sorted = times.sorted()
        return sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, Int(Double(sorted.count) * part))]
    }

    static func size(_ path: String) -> Double {
        var status = stat()
        return stat(path, &status) == 0 ? Double(status.st_size) : 0
    }
}
