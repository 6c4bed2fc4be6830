/// Locks were described in a way that can't work.
public enum LeaseLockProviderError: Error, Hashable, CustomStringConvertible {
    case term(Duration)
    case limit(Duration)
    case pause(Duration)

    /// A sentence that says what would be right.
    public var description: String {
        switch self {
        case .term(let term): "a lock's lease lasts at least a millisecond, not \(term)"
        case .limit(let limit): "a lock is waited for for no time or longer, not \(limit)"
        case .pause(let pause): "a lock is asked for again after a millisecond or more, not after \(pause)"
        }
    }
}
