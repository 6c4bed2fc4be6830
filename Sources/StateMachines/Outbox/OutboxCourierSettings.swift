public import EventSourcing

/// How a courier works.
public struct OutboxCourierSettings: Sendable {
    /// How many rows it delivers at the same time, at most.
    public let atOnce: Int
    /// For how long nobody else gets the rows that it has claimed.
    public let claim: Duration
    /// By which share of itself a wait before a retry is longer, at most: from 0 to 1.
    public let jitter: Double
    /// How often a store is asked for what is due next that does not tell of changes.
    public let poll: Duration
    /// How long it sleeps at the most, so that a clock that was put on is noticed.
    public let longestSleep: Duration
    /// How long it waits for an instance's answer, or for a handler.
    public let answer: Duration
    /// What becomes of a row that fails, where its destination says nothing else.
    public let retry: RetryPolicy
    /// How long it waits before it asks a store again that does not answer.
    public let outage: SupervisionStrategy.BackOff
    /// Whether rows for destinations that it does not know are given back as if nobody had claimed them, for others to carry.
    public let sparesStrangers: Bool

    /// Describes how a courier works.
    ///
    /// Throws `OutboxCourierError` for less than one row at once, a jitter that is not from 0 to 1, a time that is not above
    /// zero, and a claim that does not outlast the wait for an answer.
    ///
    /// - Parameters:
    ///   - atOnce: how many rows it delivers at the same time, at most.
    ///   - claim: for how long nobody else gets the rows that it has claimed.
    ///   - jitter: by which share of itself a wait before a retry is longer, at most.
    ///   - poll: how often a store is asked that does not tell of changes.
    ///   - longestSleep: how long it sleeps at the most.
    ///   - answer: how long it waits for an instance's answer, or for a handler.
    ///   - retry: what becomes of a row that fails; nil for ten attempts, a second apart at first and five minutes at last.
    ///   - outage: how long it waits before it asks a store again that does not answer.
    ///   - sparesStrangers: whether rows for destinations that it does not know are left to others; while such are due it
    ///     claims no more often than it polls.
    public init(
        atOnce: Int = 100, claim: Duration = .seconds(30), jitter: Double = 0.2, poll: Duration = .seconds(1),
        longestSleep: Duration = .seconds(60), answer: Duration = .seconds(10), retry: RetryPolicy? = nil,
        outage: SupervisionStrategy.BackOff = .init(initial: .seconds(1), maximum: .seconds(60)),
        sparesStrangers: Bool = false
    ) throws(OutboxCourierError) {
        guard atOnce >= 1 else { throw .atOnce(atOnce) }
        guard (0...1).contains(jitter) else { throw .jitter(jitter) }
        for (name, duration) in [
            ("claim", claim), ("poll", poll), ("longestSleep", longestSleep), ("answer", answer),
            ("outage", min(outage.initial, outage.maximum)),
        ] where duration < .milliseconds(1) {
            throw .tooShort(name, duration)
        }
        guard answer < claim else { throw .claim(claim, answer: answer) }
        self.atOnce = atOnce
        self.claim = claim
        self.jitter = jitter
        self.poll = poll
        self.longestSleep = longestSleep
        self.answer = answer
        self.retry = retry ?? .usual
        self.outage = outage
        self.sparesStrangers = sparesStrangers
    }
}
