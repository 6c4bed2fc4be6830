import EventSourcing
import SQLiteStorage

/// Durable appends, beside the same statements in plain C-API calls.
struct AppendBench {
    let options: BenchOptions

    /// So many events are appended before anything is measured.
    private static let warmUp = 3_200

    init(_ options: BenchOptions) { self.options = options }

    func run() async throws -> [Measurement] {
        try await full() + normal()
    }

    /// Our store and C's file, which begin with the same events, and with a log that is written over, not grown.
    private func pair(_ durability: Durability) async throws -> (
        folder: TemporaryFolder, ours: Appender, plain: PlainLog
    ) {
        let folder = try TemporaryFolder()
        let payload = try JSONEventEncoder().encode(Reading.sample(1_234))
        let writer = WriterID(ULIDGenerator().next(at: Timestamp(microseconds: 0)))
        let options = SQLiteStoreOptions(durability: durability)
        let store = try SQLiteStore.create(folder.file("ours.db"), options: options)
        _ = try SQLiteStore.create(folder.file("plain.db"))
        let plain = try PlainLog(
            folder.file("plain.db"), payload: payload, synchronous: durability == .full ? "FULL" : "NORMAL")
        let ours = Appender(store: store, payload: payload, writer: writer)
        for _ in 0..<Self.warmUp / 16 {
            _ = try await ours.appendOne()
            _ = try plain.appendOne()
        }
        return (folder, ours, plain)
    }

    private func full() async throws -> [Measurement] {
        let (folder, ours, plain) = try await pair(.full)
        defer { withExtendedLifetime(folder) {} }
        let one = try await Slices.rates(options, ours: ours.appendOne, limit: plain.appendOne)
        let many = try await Slices.rates(
            options, ours: { try await ours.appendConcurrently(128) }, limit: ours.appendOne)
        let group = try await Slices.rates(
            options, ours: { try await ours.appendConcurrently(128) }, limit: { try plain.appendGroup(128) })
        let sync = try SyncTime(folder.file("written-over"))
        return [
            Measurement(
                work: "durable append, one writer, FULL", value: one.ours, unit: "events/s", limit: one.limit,
                must: .ratio(0.85)),
            Measurement(
                work: "durable append, 128 at once, FULL, beside one writer", value: many.ours, unit: "events/s",
                limit: many.limit, must: .ratio(10)),
            Measurement(
                work: "the same beside C's commits of 128 at once", value: group.ours, unit: "events/s",
                limit: group.limit, must: .ratio(0.6)),
            Measurement(
                work: "the sync alone of such a commit, \(SyncTime.pages) pages written over",
                value: try await Slices.median(options) { try sync.measure() }, unit: "ms"),
        ]
    }

    private func normal() async throws -> [Measurement] {
        let (folder, ours, plain) = try await pair(.normal)
        defer { withExtendedLifetime(folder) {} }
        let one = try await Slices.rates(options, ours: ours.appendOne, limit: plain.appendOne)
        let batch = try await Slices.rates(
            options, ours: { try await ours.appendBatch(100) }, limit: { try plain.appendBatch(100) })
        return [
            Measurement(
                work: "durable append, one writer, NORMAL", value: one.ours, unit: "events/s", limit: one.limit,
                must: .ratio(0.65)),
            Measurement(
                work: "durable append, batches of 100, NORMAL", value: batch.ours, unit: "events/s",
                limit: batch.limit, must: .ratio(0.65)),
        ]
    }
}
