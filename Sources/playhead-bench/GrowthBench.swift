import Actors
import EventSourcing
import SQLiteStorage

/// What a store costs as it grows: the same questions to files of 10 thousand events and of ever ten times as many.
struct GrowthBench {
    let options: BenchOptions

    private var sizes: [Int] { [10_000, 100_000, 1_000_000] + (options.isQuick ? [] : [10_000_000]) }

    func run() async throws -> [Measurement] {
        var all: [Measurement] = []
        for size in sizes { all += try await measure(size) }
        all.append(try manyStreams())
        return all
    }

    private func measure(_ size: Int) async throws -> [Measurement] {
        let folder = try TemporaryFolder()
        let path = folder.file("\(size).db")
        let streams = try (0..<1_000).map { try PersistenceID("Sensor", "sensor-\($0)") }
        let length = size / streams.count
        try await History.grow(path, streams: streams, length: length)
        let reader = try SQLiteReader(path, trust: .own)
        let name = Self.grouped(size)
        var measured = [
            Measurement(
                work: "\(name) events: bytes of an event beside its payload", value: try overhead(path, reader, size),
                // A small file has as many heads and free pages as a large one.
                unit: "bytes", must: size >= 1_000_000 ? .atMost(64) : nil),
            try scan(path, reader, size, name),
            Measurement(
                work: "\(name) events: 40 events of a stream, anywhere", value: try window(reader, streams, length),
                unit: "ms", must: .atMost(0.3)),
            Measurement(
                work: "\(name) events: 40 events of the log, anywhere", value: try logWindow(reader, size), unit: "ms",
                must: .atMost(0.3)),
        ]
        measured.append(
            Measurement(
                work: "\(name) events: memory that reading all of it takes", value: try ReadingMemory.measure(path),
                unit: "MiB", must: .atMost(16)))
        return measured
    }

    private func overhead(_ path: String, _ reader: SQLiteReader, _ size: Int) throws -> Double {
        var payloads: Int64 = 0
        try reader.readAll(from: 1, through: .max, reversed: false, fields: [.payload, .metadata]) { event in
            payloads += Int64(event.withPayload { $0.count } + event.withMetadata { $0.count })
            return .next
        }
        return (PressureBench.size(path) - Double(payloads)) / Double(size)
    }

    private func scan(_ path: String, _ reader: SQLiteReader, _ size: Int, _ name: String) throws -> Measurement {
        var (ours, limits): ([Double], [Double]) = ([], [])
        for _ in 0..<options.slices {
            var (rows, sum) = (0, 0)
            let start = ContinuousClock.now
            try reader.readAll(from: 1, through: .max, reversed: false, fields: .all) { event in
                rows += 1
                sum &+= event.withPayload { $0.count }
                return .next
            }
            ours.append(Double(rows) / ((ContinuousClock.now - start) / .seconds(1)))
            let other = ContinuousClock.now
            let count = try PlainLog.stepAll(path)
            limits.append(Double(count) / ((ContinuousClock.now - other) / .seconds(1)))
            guard rows == size, count == size, sum > 0 else { throw BenchError(reason: "\(rows) of \(size) were read") }
        }
        return Measurement(
            work: "\(name) events: scan of all", value: Slices.median(ours), unit: "events/s",
            limit: Slices.median(limits), must: size >= 1_000_000 ? .ratio(0.7) : nil)
    }

    private func window(_ reader: SQLiteReader, _ streams: [PersistenceID], _ length: Int) throws -> Double {
        var times: [Double] = []
        for round in 0..<2_000 {
            let id = streams[round * 379 % streams.count]
            let first = Int64(max(1, round * 7_919 % max(1, length - 40)))
            let start = ContinuousClock.now
            var rows = 0
            try reader.read(id, from: first, through: first + 39, reversed: false, fields: .all) { _ in
                rows += 1
                return .next
            }
            times.append((ContinuousClock.now - start) / .milliseconds(1))
            guard rows == min(40, length - Int(first) + 1) else {
                throw BenchError(reason: "a window has \(rows) events")
            }
        }
        return Slices.median(times)
    }

    private func logWindow(_ reader: SQLiteReader, _ size: Int) throws -> Double {
        var times: [Double] = []
        for round in 0..<2_000 {
            let first = Int64(max(1, round * 104_729 % (size - 40)))
            let start = ContinuousClock.now
            var rows = 0
            try reader.readAll(from: first, through: first + 39, reversed: false, fields: .all) { _ in
                rows += 1
                return .next
            }
            times.append((ContinuousClock.now - start) / .milliseconds(1))
            guard rows == 40 else { throw BenchError(reason: "a window of the log has \(rows) events") }
        }
        return Slices.median(times)
    }

    private func manyStreams() throws -> Measurement {
        let folder = try TemporaryFolder()
        let streams = try (0..<100_000).map { try PersistenceID("Sensor", "sensor-\($0)") }
        try History.make(folder.file("streams.db"), streams: streams, length: 1)
        let reader = try SQLiteReader(folder.file("streams.db"), trust: .own)
        var times: [Double] = []
        for round in 0..<options.slices * 20 {
            let start = ContinuousClock.now
            let found = try reader.streams(StreamQuery(order: round.isMultiple(of: 2) ? .name : .newest, limit: 100))
            times.append((ContinuousClock.now - start) / .milliseconds(1))
            guard found.count == 100 else { throw BenchError(reason: "\(found.count) streams were listed") }
        }
        return Measurement(
            work: "the first 100 of 100,000 streams", value: Slices.median(times), unit: "ms", must: .atMost(1))
    }

    /// With commas between thousands.
    static func grouped(_ number: Int) -> String {
        var text = ""
        for (place, digit) in "\(number)".reversed().enumerated() {
            if place > 0, place.isMultiple(of: 3) { text = "," + text }
            text = "\(digit)" + text
        }
        return text
    }
}
