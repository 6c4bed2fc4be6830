import Actors
import EventSourcing
import SQLiteStorage

/// Claims of ten streams out of many, at NORMAL: what they cost must not grow with how many there are.
struct ClaimBench {
    let options: BenchOptions

    private static let places = ClaimPlaces(lagging: 5, leading: 5)
    private static let most = 100_000

    func run() async throws -> [Measurement] {
        let folder = try TemporaryFolder()
        var times: [Int: Double] = [:]
        for count in [1_000, 50_000, Self.most] {
            let store = try SQLiteStore.create(
                folder.file("\(count).db"), options: SQLiteStoreOptions(durability: .normal))
            try await Self.fill(store, count)
            times[count] = try await median(store)
            store.close()
        }
        let memory = InMemoryStore()
        try await Self.fill(memory, Self.most)
        let inMemory = try await median(memory)
        let (few, many, most) = (times[1_000] ?? 0, times[50_000] ?? 0, times[Self.most] ?? 0)
        return [
            Measurement(work: "claim of 10 out of 1,000, NORMAL", value: few, unit: "ms"),
            Measurement(work: "claim of 10 out of 50,000, NORMAL", value: many, unit: "ms", must: .atMost(0.5)),
            Measurement(work: "claim of 10 out of 100,000, NORMAL", value: most, unit: "ms"),
            Measurement(
                work: "the same beside 1,000", value: most / max(few, .leastNormalMagnitude), unit: "times",
                must: .atMost(2)),
            Measurement(work: "claim of 10 out of 100,000, in memory", value: inMemory, unit: "ms"),
        ]
    }

    /// Subscriptions of many watermarks and a few priorities, all with more to do than is ever done.
    private static func fill(_ store: some SubscriptionStore, _ count: Int) async throws {
        let numbers = Array(0..<count)
        for start in stride(from: 0, to: count, by: 10_000) {
            let new = try numbers[start..<min(count, start + 10_000)].map {
                NewSubscription(
                    try PersistenceID("Audit", "account-\($0 * 7_919 % count)"), priority: Int64($0 % 3),
                    workMark: .max)
            }
            try await store.subscribe(new, of: "bank")
        }
        var watermark: Int64 = 0
        while watermark < Int64(count / 2) {
            let claims = try await claim(store, ClaimPlaces(lagging: count / 20, leading: 0))
            try await store.ack(
                claims.map { claim in
                    watermark += 1
                    return Acknowledgement(claim, watermark: watermark)
                }, at: .epoch)
        }
    }

    private static func claim(_ store: some SubscriptionStore, _ places: ClaimPlaces) async throws
        -> [SubscriptionClaim]
    {
        try await store.claim(
            places, in: Subscription.defaultLane, of: "bank", for: .seconds(10), by: WriterID(ULID(high: 1, low: 1)),
            at: .epoch)
    }

    /// Milliseconds for one claim; what was claimed is acknowledged in between, which is not counted.
    private func median(_ store: some SubscriptionStore) async throws -> Double {
        var times: [Double] = []
        for round in 0..<options.slices * 50 {
            let start = ContinuousClock.now
            let claims = try await Self.claim(store, Self.places)
            let time = ContinuousClock.now - start
            guard claims.count == 10 else { throw BenchError(reason: "a claim took \(claims.count) streams, not 10") }
            try await store.ack(
                claims.map { Acknowledgement($0, watermark: $0.subscription.watermark + Int64(round % 3)) }, at: .epoch)
            times.append(time / .milliseconds(1))
        }
        return Slices.median(times)
    }
}
