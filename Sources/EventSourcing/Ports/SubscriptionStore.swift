public import Actors

/// Keeps the subscriptions of applications: which streams have something to react to, and how far each has got.
///
/// A subscription is one row for each application and target. It can be claimed while it is not blocked, not leased, not
/// waiting for its due time, and its watermark is below its work mark. Every call is one transaction, and the time is always
/// the caller's. Operations on several subscriptions answer how many they concerned; a target that is unknown concerns none.
/// Whoever shares subscriptions shares a clock, and claims for terms of which none is more than `Subscription.termsAhead` times
/// another.
///
/// All of them throw `StoreError`, `invalid` for the name of an application or lane that is empty or longer than
/// `Subscription.longestName`, and for what a source, a failure or the reactions that are done come to where that is
/// longer than `StoredText.longest`.
public protocol SubscriptionStore: Sendable {
    /// Registers targets, and answers how many were new.
    ///
    /// One that is known takes the source and the lane that are given, the higher priority and the higher work mark; while it
    /// has work that may be of another source than the one given, all streams feed it. So they do where one that another source
    /// fed before is given its own stream.
    @discardableResult
    func subscribe(_ subscriptions: [NewSubscription], of application: String) async throws -> Int

    /// Registers what was found in the events up to a position, and moves the application's checkpoint there, together.
    ///
    /// Work marks and checkpoint only rise, so a correlation that is late or done twice changes nothing. A target that is new,
    /// or had nothing to do, has its watermark at the checkpoint as it was before: what was correlated up to there does not
    /// concern it. Answers how many targets were new, and where the checkpoint is then.
    @discardableResult
    func correlated(
        _ subscriptions: [NewSubscription], through position: Int64, of application: String, at now: Timestamp
    ) async throws -> Correlation

    /// The position up to which an application's events were correlated; 0 where none were.
    func checkpoint(of application: String) async throws -> Int64

    /// Leases what can be claimed for a term from `now` on, at most so many streams, each once.
    ///
    /// The lagging places go by priority, the highest first, then by watermark, the lowest first; but a quarter of them,
    /// rounded to the nearest whole, go to the lowest watermarks whatever their priority, so that nothing starves where
    /// there are two or more. The leading places go to the highest watermarks that are left. Ties go by the bytes of
    /// `Type|id`. The answer has the lagging ones first.
    ///
    /// A lease that has run out is given up first, which counts as a retry; at most `Subscription.wokenAtOnce` of these and as
    /// many whose due time has come, the earliest first, whatever their lane. Without a lane, all lanes are claimed from.
    ///
    /// No lease outlasts a clock that is put back: one that goes on for more than `Subscription.termsAhead` terms ends a term
    /// from `now` on, like one that is given now; at most `Subscription.wokenAtOnce` of these, the earliest first.
    /// Throws `StoreError.invalid` for a term that is not above zero.
    func claim(
        _ places: ClaimPlaces, in lane: String?, of application: String, for term: Duration, by holder: WriterID,
        at now: Timestamp
    ) async throws -> [SubscriptionClaim]

    /// The lanes in which something can be claimed, at most `Subscription.mostLanes`, in the order of the bytes of their names.
    ///
    /// What waited for a time that has come, or was held until one, is among it once a claim has been made since, from any lane.
    func lanes(of application: String) async throws -> [String]

    /// Lets claims that are still held go on for a term from `now` on, and answers them as they are then, in their order; the
    /// others are left out, and untouched.
    ///
    /// A claim is held by its holder and fencing number until it is ended, reset, or given up by a later claim, be it that its
    /// lease has run out. None ends earlier for it.
    /// Throws `StoreError.invalid` for a term that is not above zero.
    @discardableResult
    func renew(
        _ claims: [SubscriptionClaim], for term: Duration, at now: Timestamp
    ) async throws -> [SubscriptionClaim]

    /// Ends claims with what was done, and answers the subscriptions whose claim was still held; the others are untouched.
    ///
    /// A claim is held as for `renew`: what was done counts, however late, as long as nobody could have done it again. The
    /// watermark only rises.
    @discardableResult
    func ack(_ acknowledgements: [Acknowledgement], at now: Timestamp) async throws -> [Subscription]

    /// Ends claims with what was done, and keeps their subscriptions from being claimed until they are unblocked or reset;
    /// answers those whose claim was still held. Each acknowledgement's failure says why; its due time is not used.
    @discardableResult
    func block(_ acknowledgements: [Acknowledgement], at now: Timestamp) async throws -> [Subscription]

    /// Lets subscriptions wait until a time, also one that has gone by; a claim that is held goes on.
    @discardableResult
    func `defer`(_ filter: SubscriptionFilter, of application: String, until: Timestamp) async throws -> Int

    /// Lets subscriptions begin again at the first event: not blocked, not leased, not waiting.
    ///
    /// Sources may have changed since then: all streams feed one from then on, until the next registration behind its work, but
    /// one that only its own target feeds.
    @discardableResult
    func reset(_ filter: SubscriptionFilter, of application: String) async throws -> Int

    /// Lets blocked subscriptions be claimed again where they stood, without retries; answers how many were blocked.
    @discardableResult
    func unblock(_ filter: SubscriptionFilter, of application: String) async throws -> Int

    /// Gives subscriptions a priority, be it a lower one.
    @discardableResult
    func prioritize(_ filter: SubscriptionFilter, of application: String, to priority: Int64) async throws -> Int

    /// At most `limit` subscriptions behind a target, in the order of the bytes of `Type|id`.
    func list(
        _ filter: SubscriptionFilter, of application: String, after target: PersistenceID?, limit: Int
    ) async throws -> [Subscription]

    /// When the next lease runs out or the next due time comes, be it gone by; nil where nothing waits for a time.
    func nextDue(of application: String) async throws -> Timestamp?
}

/// How many streams a claim takes from each end.
public struct ClaimPlaces: Hashable, Sendable {
    /// From the end that lags behind: from 0 to `most`.
    public let lagging: Int
    /// From the end that is nearly done: from 0 to `most`.
    public let leading: Int

    /// The most places that are given at each end.
    public static let most = 1_000_000

    /// Says how many; below zero counts as none, and above `most` as that.
    public init(lagging: Int, leading: Int) {
        self.lagging = min(max(0, lagging), Self.most)
        self.leading = min(max(0, leading), Self.most)
    }
}

/// What a correlation came to.
public struct Correlation: Hashable, Sendable {
    /// How many targets were new.
    public var subscribed: Int
    /// The position up to which events were correlated.
    public var checkpoint: Int64

    /// Describes a correlation.
    public init(subscribed: Int, checkpoint: Int64) {
        self.subscribed = subscribed
        self.checkpoint = checkpoint
    }
}
