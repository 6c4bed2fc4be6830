public import Actors

/// A subscription that a system has claimed, as it stood then.
public struct SubscriptionClaim: Hashable, Sendable {
    /// The subscription, with the claim in it.
    public var subscription: Subscription
    /// Whether it was claimed from the end that lags behind.
    public var isLagging: Bool

    /// Describes a claim.
    public init(_ subscription: Subscription, isLagging: Bool) {
        self.subscription = subscription
        self.isLagging = isLagging
    }

    /// The stream that the reactions write to.
    public var target: PersistenceID { subscription.target }
}

/// What a holder did with a claim, which ends it.
public struct Acknowledgement: Hashable, Sendable {
    /// The claim.
    public var claim: SubscriptionClaim
    /// The last global position that is fully handled; one below the stored watermark does not take it back.
    public var watermark: Int64
    /// The reactions that are done with the next event.
    public var handled: [String]
    /// How often the next event was tried in vain.
    public var retries: Int64
    /// What failed at the next event so far.
    public var failure: SubscriptionFailure?
    /// When it may be claimed again; nil for at once. A later time that an operator set meanwhile stays.
    public var due: Timestamp?

    /// Describes what was done; without more than a watermark, that all went well.
    public init(
        _ claim: SubscriptionClaim, watermark: Int64, handled: [String] = [], retries: Int64 = 0,
        failure: SubscriptionFailure? = nil, due: Timestamp? = nil
    ) {
        self.claim = claim
        self.watermark = watermark
        self.handled = handled
        self.retries = retries
        self.failure = failure
        self.due = due
    }
}
