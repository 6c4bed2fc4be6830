/// What a courier has done since it began.
public struct OutboxCourierMetrics: Hashable, Sendable {
    /// Rows that were handled now.
    public internal(set) var delivered = 0
    /// Rows that had been handled before, as their recipients have said.
    public internal(set) var skipped = 0
    /// Attempts that failed, and after which the row is tried again.
    public internal(set) var retried = 0
    /// Rows that were given up.
    public internal(set) var deadLetters = 0
    /// Rows that another courier had meanwhile, rows that were claimed too late, and events that their instance could not
    /// take because another one wrote to it at the time.
    public internal(set) var conflicts = 0
    /// How many times the store did not answer.
    public internal(set) var failures = 0
    /// By how much the rows that were delivered were late, all together.
    public internal(set) var lateness = Duration.zero
    /// By how much the latest of them was late.
    public internal(set) var greatestLateness = Duration.zero

    /// Nothing done yet.
    public init() {}

    /// Rows that the courier is done with, one way or another.
    public var processed: Int { delivered + skipped + deadLetters }

    mutating func noteDelivered(lateBy late: Duration) {
        delivered += 1
        lateness += max(.zero, late)
        greatestLateness = max(greatestLateness, late)
    }
}
