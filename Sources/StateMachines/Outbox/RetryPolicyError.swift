/// A policy of retries was described in a way that can't work.
public enum RetryPolicyError: Error, Hashable, CustomStringConvertible {
    case attempts(Int)
    case tooShort(Duration)
    case factor(Double)
    case cap(Duration, initial: Duration)

    /// A sentence that says what would be right.
    public var description: String {
        switch self {
        case .attempts(let count): "what is to be done is executed at least once, not \(count) times"
        case .tooShort(let duration): "the wait before a retry is at least a millisecond, not \(duration)"
        case .factor(let factor): "each wait before a retry is at least 1 time as long as the last, not \(factor)"
        case .cap(let cap, let initial):
            "the longest wait before a retry, \(cap), is shorter than the first one, \(initial); make it longer"
        }
    }
}
