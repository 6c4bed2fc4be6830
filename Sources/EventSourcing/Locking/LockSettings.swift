/// For how long a lock is taken, and for how long it is waited for.
public struct LockSettings: Hashable, Sendable {
    /// How long the lease lasts unless it is renewed, and so how long others wait for a process that died.
    public let term: Duration
    /// How long an acquisition waits for the lock.
    public let limit: Duration
    /// How long it waits before it asks again.
    public let pause: Duration

    /// For most work: a lease of 30 seconds, waited for for 10.
    public static let standard = LockSettings(known: .seconds(30), .seconds(10))
    /// For work that is soon done: a lease of 10 seconds, waited for for 5.
    public static let fast = LockSettings(known: .seconds(10), .seconds(5))
    /// For work that takes minutes: a lease of 300 seconds, waited for for 30.
    public static let long = LockSettings(known: .seconds(300), .seconds(30))

    /// Describes locks.
    ///
    /// - Parameters:
    ///   - term: how long the lease lasts unless it is renewed, which is done three times in it; at least a millisecond.
    ///   - limit: how long an acquisition waits for the lock; zero for one that does not wait.
    ///   - pause: how long it waits before it asks again; at least a millisecond.
    /// - Throws: `LeaseLockProviderError` for a term, a limit or a pause that is too short.
    public init(
        term: Duration, waitingAtMost limit: Duration, askingEvery pause: Duration = .milliseconds(50)
    ) throws(LeaseLockProviderError) {
        guard term >= Self.shortest else { throw .term(term) }
        guard limit >= .zero else { throw .limit(limit) }
        guard pause >= Self.shortest else { throw .pause(pause) }
        (self.term, self.limit, self.pause) = (term, limit, pause)
    }

    private init(known term: Duration, _ limit: Duration) {
        (self.term, self.limit, pause) = (term, limit, .milliseconds(50))
    }

    static let shortest = Duration.milliseconds(1)
}
