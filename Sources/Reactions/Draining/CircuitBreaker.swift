import EventSourcing

/// Leaves a store alone for a while that failed several times in a row; it closes by itself.
struct CircuitBreaker: Sendable {
    let failuresInRow: Int
    let pause: Duration
    private var failures = 0
    private var openUntil: Timestamp?

    init(failuresInRow: Int, pause: Duration) {
        self.failuresInRow = failuresInRow
        self.pause = pause
    }

    /// How long the store is to be left alone; nil where it may be asked.
    ///
    /// Behind the pause one more failure is enough to open it again.
    mutating func wait(at now: Timestamp) -> Duration? {
        guard let until = openUntil else { return nil }
        // A clock that was put back does not make the pause longer.
        let left = until.duration(since: now)
        guard left > .zero, left <= pause else {
            openUntil = nil
            return nil
        }
        return left
    }

    mutating func noteSuccess() { (failures, openUntil) = (0, nil) }

    /// Takes note of a failure, and answers how long to wait before the next try.
    mutating func noteFailure(at now: Timestamp) -> Duration {
        failures += 1
        guard failures >= failuresInRow else { return .milliseconds(100) }
        openUntil = now.adding(pause)
        return pause
    }
}
