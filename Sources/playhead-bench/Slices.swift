/// Two ways of doing the same work, timed in slices that take turns, so that a noisy machine is noisy to both.
enum Slices {
    /// How long one slice is.
    static let length = Duration.milliseconds(100)

    /// Work per second of both, as medians of the slices; each closure does some work and answers how much.
    static func rates(
        _ count: Int, ours: () async throws -> Int, limit: () async throws -> Int
    ) async throws -> (ours: Double, limit: Double) {
        var (own, other): ([Double], [Double]) = ([], [])
        _ = try await ours()
        _ = try await limit()
        for _ in 0..<count {
            own.append(try await rate(ours))
            other.append(try await rate(limit))
        }
        return (median(own), median(other))
    }

    /// Work per second in one slice.
    static func rate(_ work: () async throws -> Int) async throws -> Double {
        let start = ContinuousClock.now
        var done = 0
        repeat { done += try await work() } while ContinuousClock.now - start < length
        return Double(done) / ((ContinuousClock.now - start) / .seconds(1))
    }

    static func median(_ values: [Double]) -> Double { percentile(50, of: values) }

    static func percentile(_ percent: Int, of values: [Double]) -> Double {
        let sorted = values.sorted()
        guard !sorted.isEmpty else { return 0 }
        return sorted[min(sorted.count - 1, sorted.count * percent / 100)]
    }
}
