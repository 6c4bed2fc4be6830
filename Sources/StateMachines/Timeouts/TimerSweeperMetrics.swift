/// What a sweeper has done since it began.
public struct TimerSweeperMetrics: Hashable, Sendable {
    /// How many times it claimed, also where there was nothing to get.
    public internal(set) var sweeps = 0
    /// Timers whose event was taken.
    public internal(set) var fired = 0
    /// Timers of states that their instances had left; they are gone.
    public internal(set) var stale = 0
    /// Timers that another had fired, claimed or cancelled meanwhile, and those whose instance another wrote at the time.
    public internal(set) var conflicts = 0
    /// Attempts that failed: of timers that were not taken, and of sweeps whose store did not answer.
    public internal(set) var failures = 0
    /// Timers that were given up.
    public internal(set) var deadLetters = 0
    /// By how much the timers that have fired were late, all together.
    public internal(set) var lateness = Duration.zero
    /// By how much the latest of them was late.
    public internal(set) var greatestLateness = Duration.zero

    /// Nothing done yet.
    public init() {}

    mutating func noteFired(lateBy late: Duration) {
        fired += 1
        lateness += max(.zero, late)
        greatestLateness = max(greatestLateness, late)
    }
}
