import EventSourcing

/// A sweeper was described in a way that can't work.
public enum TimerSweeperError: Error, Hashable, CustomStringConvertible {
    case batch(Int)
    case attempts(Int)
    case jitter(Double)
    case tooShort(String, Duration)
    case claim(Duration, answer: Duration)
    case renewal(Duration, lease: Duration)
    case leaseName(Int)
    case missingLeaseStore
    case twice(machine: String)
    case systemStopped(String)

    /// A sentence that says what would be right.
    public var description: String {
        switch self {
        case .batch(let count): "a sweeper claims at least one timer at once, not \(count)"
        case .attempts(let count): "a timer is tried at least once, not \(count) times"
        case .jitter(let share): "a sweeper's jitter is from 0 to 1, not \(share)"
        case .tooShort(let name, let duration): "a sweeper's \(name) is at least a millisecond, not \(duration)"
        case .claim(let claim, let answer):
            "a claim of \(claim) runs out while an answer is waited for, which takes up to \(answer); make it longer"
        case .renewal(let renewal, let lease):
            "a lease of \(lease) that is renewed every \(renewal) runs out before; renew it more often"
        case .leaseName(let count): "the name of a lease has from 1 to \(Lease.longestName) bytes, not \(count)"
        case .missingLeaseStore:
            "a leader is elected by a lease, and the store keeps none; give it one that is a LeaseStore"
        case .twice(let machine): "a sweeper has two machines called \(machine), and can't know whose a timer is"
        case .systemStopped(let name): "the system \(name) has shut down, and no sweeper lives there any more"
        }
    }
}
