import Glibc

/// Two ways of doing the same work, timed in slices that take turns, so that a noisy machine is noisy to both.
enum Slices {
    /// How long one slice is.
    static let length = Duration.milliseconds(100)

    /// Work per second of both, as medians of the slices; each closure does some work and answers how much.
    static func rates(
        _ options: BenchOptions, ours: () async throws -> Int, limit: () async throws -> Int
    ) async throws -> (ours: Double, limit: Double) {
        var (own, other): ([Double], [Double]) = ([], [])
        _ = try await ours()
        _ = try await limit()
        for _ in 0..<options.slices {
            own.append(try await rate(options, ours))
            other.append(try await rate(options, limit))
        }
        return (median(own), median(other))
    }

    /// Work per second in one slice.
    static func rate(_ options: BenchOptions, _ work: () async throws -> Int) async throws -> Double {
        let (start, spent) = (ContinuousClock.now, processorTime)
        var done = 0
        repeat { done += try await work() } while ContinuousClock.now - start < length
        let time = options.countsProcessorTime ? processorTime - spent : ContinuousClock.now - start
        return Double(done) / (time / .seconds(1))
    }

    /// What all threads of this process have used.
    private static var processorTime: Duration {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    /// The median of a figure's slices, after one that does not count.
    static func median(_ options: BenchOptions, _ figure: () async throws -> Double) async throws -> Double {
        _ = try await figure()
        var figures: [Double] = []
        for _ in 0..<options.slices { figures.append(try await figure()) }
        return median(figures)
    }

    static func median(_ values: [Double]) -> Double { percentile(50, of: values) }

    static func percentile(_ percent: Int, of values: [Double]) -> Double {
        let sorted = values.sorted()
        guard !sorted.isEmpty else { return 0 }
        return sorted[min(sorted.count - 1, sorted.count * percent / 100)]
    }
}
