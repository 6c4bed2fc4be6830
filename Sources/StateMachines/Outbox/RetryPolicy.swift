/// How many times something is executed that fails, and how long it waits in between.
public struct RetryPolicy: Hashable, Sendable {
    /// How many times it is executed at most, the first one counted.
    public let attempts: Int
    /// How long it waits behind the first failure.
    public let initial: Duration
    /// By what each further wait is longer than the one before it.
    public let factor: Double
    /// The longest wait.
    public let cap: Duration

    private init(attempts: Int, initial: Duration, factor: Double, cap: Duration) {
        self.attempts = attempts
        self.initial = initial
        self.factor = factor
        self.cap = cap
    }

    /// Executes it once.
    public static let none = RetryPolicy(attempts: 1, initial: .zero, factor: 1, cap: .zero)

    /// What a courier does unless it is told otherwise.
    static let usual = RetryPolicy(attempts: 10, initial: .seconds(1), factor: 2, cap: .seconds(300))

    /// Waits as long each time.
    ///
    /// Throws `RetryPolicyError` for a delay below a millisecond, and attempts below 1.
    ///
    /// - Parameters:
    ///   - delay: how long it waits behind each failure.
    ///   - attempts: how many times it is executed at most, the first one counted.
    public static func fixed(_ delay: Duration, attempts: Int) throws(RetryPolicyError) -> RetryPolicy {
        try exponential(initial: delay, factor: 1, cap: delay, attempts: attempts)
    }

    /// Waits longer each time.
    ///
    /// Throws `RetryPolicyError` for an initial wait below a millisecond, a factor that is no number from 1 on, a cap below
    /// the initial wait, and attempts below 1.
    ///
    /// - Parameters:
    ///   - initial: how long it waits behind the first failure.
    ///   - factor: by what each further wait is longer than the one before it.
    ///   - cap: the longest wait.
    ///   - attempts: how many times it is executed at most, the first one counted.
    public static func exponential(
        initial: Duration, factor: Double = 2, cap: Duration, attempts: Int
    ) throws(RetryPolicyError) -> RetryPolicy {
        guard attempts >= 1 else { throw .attempts(attempts) }
        guard initial >= .milliseconds(1) else { throw .tooShort(initial) }
        guard factor >= 1, factor.isFinite else { throw .factor(factor) }
        guard cap >= initial else { throw .cap(cap, initial: initial) }
        return RetryPolicy(attempts: attempts, initial: initial, factor: factor, cap: cap)
    }

    /// How long to wait behind the failure of an attempt, counted from 1; nil where that was the last one.
    public func delay(afterAttempt number: Int) -> Duration? {
        guard number < attempts else { return nil }
        var delay = initial
        var left = number - 1
        // Compared before it is multiplied, so that no wait is too long for its type.
        while left > 0, factor > 1, delay < cap {
            guard delay <= cap / factor else { return cap }
            delay = .microseconds((delay * factor / .microseconds(1)).rounded())
            left -= 1
        }
        return min(delay, cap)
    }
}
