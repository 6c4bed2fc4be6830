import Actors
import EventSourcing

/// A claim whose handling has not begun.
struct ClaimInLine: Sendable {
    let claim: SubscriptionClaim
    /// The index of its lane.
    let lane: Int
}

/// The streams of one lane that are handled at this moment, and the share of its places that goes to those that lag behind.
struct LaneDrain: Sendable {
    let name: String
    let limits: ApplicationSettings.Limits
    /// Whether no reaction is in it, and others may know more of it.
    let isStray: Bool
    /// Since when claims were made of which nothing is for a reaction of this program.
    private var foreignSince: Timestamp?
    /// Since when it is left to whoever knows more of it.
    private var restsSince: Timestamp?
    /// The claims in hand.
    var running: [PersistenceID: SubscriptionClaim] = [:]
    /// Follows the events that were handled at each end, from 0.2 to 0.8.
    private(set) var laggingShare = 0.5
    /// How many claims must go beside the driver before some may go on its own thread.
    private var claimsApart = 10

    init(_ name: String, limits: ApplicationSettings.Limits, isStray: Bool = false) {
        self.name = name
        self.limits = limits
        self.isStray = isStray
    }

    /// How many more streams may be claimed, and from which end.
    var places: ClaimPlaces {
        let free = max(0, limits.streams - running.count)
        let lagging = min(free, Int((Double(free) * laggingShare).rounded(.up)))
        return ClaimPlaces(lagging: lagging, leading: free - lagging)
    }

    /// Whether one more stream may be claimed.
    var hasPlaces: Bool { running.count < limits.streams }

    /// Whether a claim is in hand, and not a later one of the same target.
    func holds(_ claim: SubscriptionClaim) -> Bool {
        running[claim.target]?.subscription.fencingNumber == claim.subscription.fencingNumber
    }

    /// How long others' claims are kept from being made again, so that what lies behind them is come to.
    static let foreignPause = Duration.seconds(1)

    /// Whether it is left to whoever knows more of it, for so long.
    func rests(at now: Timestamp, for pause: Duration) -> Bool {
        guard let restsSince else { return false }
        let time = now.duration(since: restsSince)
        // A clock that was put back makes it no longer.
        return time >= .zero && time < pause
    }

    /// Takes note of a claim of which nothing is for a reaction of this program.
    mutating func noteForeign(at now: Timestamp) { if foreignSince == nil { foreignSince = now } }

    /// Takes note of how many were claimed: where others' are among them and all were looked at, or the first of them can be
    /// claimed again, it rests.
    mutating func noteClaimed(_ count: Int, at now: Timestamp) {
        guard let since = foreignSince, count == 0 || now.duration(since: since) >= Self.foreignPause else { return }
        (foreignSince, restsSince) = (nil, now)
    }

    /// Forgets a claim that has ended, and not a later one of the same target.
    mutating func forget(_ claim: SubscriptionClaim) {
        if holds(claim) { running[claim.target] = nil }
    }

    /// How many events are handled under a claim.
    ///
    /// Where a worker ended with its claim one of these ended it, perhaps: then one at a time, so that it is found.
    func eventLimit(of claim: SubscriptionClaim) -> Int { Progress(claim).isSuspect ? 1 : limits.events }

    /// Takes note of how many events were handled at each end.
    mutating func note(lagging: Int, leading: Int) {
        guard lagging + leading > 0 else { return }
        let share = Double(lagging) / Double(lagging + leading)
        laggingShare = min(max((laggingShare + share) / 2, 0.2), 0.8)
    }

    /// Whether the handlers of late were so quick that the driver may call some itself.
    ///
    /// One that keeps its thread, without waiting, would hold up all other lanes there.
    var isQuick: Bool { claimsApart == 0 }

    /// Takes note of how long a claim was in hand.
    mutating func note(_ time: Duration) {
        claimsApart = time > .milliseconds(1) ? 1_000 : max(0, claimsApart - 1)
    }
}
