public import EventSourcing

/// How a sweeper works.
public struct TimerSweeperSettings: Sendable {
    /// How many timers it claims at once, at most.
    public let batch: Int
    /// For how long nobody else gets the timers that it has claimed.
    public let claim: Duration
    /// By which share of itself a wait is longer, at most, so that several sweepers do not wake at once: from 0 to 1.
    ///
    /// It is the wait between two sweeps and that before a retry, and not that for a deadline.
    public let jitter: Double
    /// The least time between the beginnings of two sweeps.
    public let interval: Duration
    /// How often a store is asked for its next deadline that does not tell of changes.
    public let poll: Duration
    /// How long it sleeps at the most, so that a clock that was put on is noticed.
    public let longestSleep: Duration
    /// How long it waits for an instance's answer, and so how much later the next sweep may be.
    public let answer: Duration
    /// How many times a timer is tried, before it is a dead letter.
    public let attempts: Int
    /// How long it waits before it tries a timer again, or a store that does not answer.
    public let retry: SupervisionStrategy.BackOff
    /// Whether one of several sweepers alone sweeps, which holds a lease.
    public let electsLeader: Bool
    /// The name of that lease.
    public let leaseName: String
    /// How long the leader stays it without renewing its lease.
    public let lease: Duration
    /// How often the leader renews its lease, and the others ask for it.
    public let renewal: Duration
    /// Whether timers of machines that it does not know are given back as if nobody had claimed them, for others to fire.
    public let sparesStrangers: Bool

    /// Describes how a sweeper works.
    ///
    /// Throws `TimerSweeperError` for a batch or attempts below 1, a jitter that is not from 0 to 1, a time that is not above
    /// zero, a claim that does not outlast the wait for an answer, a renewal that is not below the lease, and a name of the
    /// lease that no lease can have.
    ///
    /// - Parameters:
    ///   - batch: how many timers it claims at once, at most.
    ///   - claim: for how long nobody else gets the timers that it has claimed.
    ///   - jitter: by which share of itself a wait is longer, at most.
    ///   - interval: the least time between the beginnings of two sweeps.
    ///   - poll: how often a store is asked that does not tell of changes.
    ///   - longestSleep: how long it sleeps at the most.
    ///   - answer: how long it waits for an instance's answer.
    ///   - attempts: how many times a timer is tried, before it is a dead letter.
    ///   - retry: how long it waits before it tries again.
    ///   - electsLeader: whether one of several sweepers alone sweeps.
    ///   - leaseName: the name of the leader's lease.
    ///   - lease: how long the leader stays it without renewing its lease.
    ///   - renewal: how often the leader renews its lease, and the others ask for it.
    ///   - sparesStrangers: whether timers of machines that it does not know are left to others; while such are due it sweeps no
    ///     more often than it polls.
    public init(
        batch: Int = 100, claim: Duration = .seconds(30), jitter: Double = 0.2, interval: Duration = .milliseconds(50),
        poll: Duration = .seconds(1), longestSleep: Duration = .seconds(60), answer: Duration = .seconds(10),
        attempts: Int = 10,
        retry: SupervisionStrategy.BackOff = .init(initial: .seconds(1), maximum: .seconds(300)),
        electsLeader: Bool = false, leaseName: String = "timers", lease: Duration = .seconds(30),
        renewal: Duration = .seconds(10), sparesStrangers: Bool = false
    ) throws(TimerSweeperError) {
        guard batch >= 1 else { throw .batch(batch) }
        guard attempts >= 1 else { throw .attempts(attempts) }
        guard (0...1).contains(jitter) else { throw .jitter(jitter) }
        for (name, duration) in [
            ("claim", claim), ("interval", interval), ("poll", poll), ("longestSleep", longestSleep),
            ("answer", answer), ("retry", min(retry.initial, retry.maximum)), ("lease", lease), ("renewal", renewal),
        ] where duration < .milliseconds(1) {
            throw .tooShort(name, duration)
        }
        guard answer < claim else { throw .claim(claim, answer: answer) }
        guard renewal < lease else { throw .renewal(renewal, lease: lease) }
        guard (1...Lease.longestName).contains(leaseName.utf8.count) else { throw .leaseName(leaseName.utf8.count) }
        self.batch = batch
        self.claim = claim
        self.jitter = jitter
        self.interval = interval
        self.poll = poll
        self.longestSleep = longestSleep
        self.answer = answer
        self.attempts = attempts
        self.retry = retry
        self.electsLeader = electsLeader
        self.leaseName = leaseName
        self.lease = lease
        self.renewal = renewal
        self.sparesStrangers = sparesStrangers
    }
}
