public import Actors
public import EventSourcing

/// How far reactions and projections have come in a store.
public struct ReactionsView: Hashable, Sendable {
    /// The applications that are known, by the bytes of their names.
    public var applications: [ApplicationProgress] = []
    /// The subscriptions that fit, by standing, then by application and target.
    public var subscriptions: [SubscriptionView] = []
    /// What runs in this process, the oldest first.
    public var running: [RunningView] = []
    /// Whether there are more than those.
    public var isCut = false
    /// Every version of every projection.
    public var projections: [ProjectionDescription] = []
    /// The last global position of the store; 0 before the first event.
    public var lastPosition: Int64 = 0
    /// The moment that standings are told for: UTC, microseconds.
    public var now: Timestamp

    /// Describes a store in which nothing reacts, at a moment.
    public init(now: Timestamp) { self.now = now }

    /// How many of the subscriptions are in a standing.
    public func count(_ standing: SubscriptionView.Standing) -> Int {
        subscriptions.count { $0.standing == standing }
    }

    /// What is known of an application; nil for one that is not there.
    public func application(_ name: String) -> ApplicationProgress? {
        applications.first { $0.name.utf8.elementsEqual(name.utf8) }
    }

    /// What runs for a subscription in this process; nil where nothing does.
    public func running(for subscription: Subscription) -> RunningView? {
        running.first {
            $0.target == subscription.target && $0.application.utf8.elementsEqual(subscription.application.utf8)
        }
    }
}

/// A reaction that runs in this process.
public struct RunningView: Hashable, Sendable {
    /// Of which application.
    public var application: String
    /// Its name.
    public var reaction: String
    /// For which target.
    public var target: PersistenceID
    /// The place of its event in the store.
    public var position: Int64
    /// When it was called: UTC, microseconds.
    public var since: Timestamp
    /// Until when its claim is held if nobody renews it, which its application does; nil where it has none any more.
    public var until: Timestamp?

    /// Describes one.
    public init(
        application: String, reaction: String, target: PersistenceID, position: Int64, since: Timestamp,
        until: Timestamp? = nil
    ) {
        self.application = application
        self.reaction = reaction
        self.target = target
        self.position = position
        self.since = since
        self.until = until
    }
}

/// How far an application has looked through the log for what concerns its targets.
public struct ApplicationProgress: Hashable, Sendable {
    /// What it is called.
    public var name: String
    /// The position up to which its events were correlated; 0 where none were.
    public var checkpoint: Int64
    /// Who correlates for it, where somebody does.
    public var correlator: LeaseHolder?
    /// Whether it runs in this process.
    public var presence = Presence.elsewhere

    /// Whether an application runs in this process.
    public enum Presence: Hashable, Sendable {
        /// It does.
        case runs
        /// It would, with the first command or the first change of its subscriptions.
        case begins
        /// Nobody here knows its reactions.
        case elsewhere
    }

    /// Describes an application that runs elsewhere, if at all.
    public init(name: String, checkpoint: Int64, correlator: LeaseHolder? = nil) {
        self.name = name
        self.checkpoint = checkpoint
        self.correlator = correlator
    }
}

/// Who has leased something, until when.
public struct LeaseHolder: Hashable, Sendable {
    /// The program's name, else the id of the running system.
    public var name: String
    /// From this moment on it is nobody's: UTC, microseconds.
    public var until: Timestamp
    /// Whether that moment has gone by.
    public var hasRunOut: Bool

    /// Describes a holder.
    public init(name: String, until: Timestamp, hasRunOut: Bool) {
        self.name = name
        self.until = until
        self.hasRunOut = hasRunOut
    }
}

/// A subscription, and what is to be said of it at a moment.
public struct SubscriptionView: Hashable, Sendable {
    /// Why a subscription does or does not go on; those that need somebody come first.
    public enum Standing: Int, Hashable, Sendable, CaseIterable, Comparable {
        /// It failed, and waits until somebody unblocks it.
        case blocked
        /// A worker has claimed it.
        case leased
        /// It waits for its due time.
        case waiting
        /// It has work that anybody may claim.
        case eligible
        /// It has handled all that concerns it.
        case idle

        /// Whether the first comes before the second.
        public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

        /// The word for it.
        public var word: String {
            switch self {
            case .blocked: "blocked"
            case .leased: "leased"
            case .waiting: "waiting"
            case .eligible: "eligible"
            case .idle: "idle"
            }
        }
    }

    /// What the store keeps.
    public var subscription: Subscription
    /// How it stands.
    public var standing: Standing
    /// Who has claimed it; nil where nobody has.
    public var holder: LeaseHolder?

    /// Says how a subscription stands at a moment.
    ///
    /// - Parameters:
    ///   - subscription: what the store keeps.
    ///   - now: what leases and due times are compared with.
    ///   - holderName: what the holder of its claim is called.
    public init(_ subscription: Subscription, at now: Timestamp, holderName: String? = nil) {
        self.subscription = subscription
        let holder = subscription.holding.map { holding in
            LeaseHolder(
                name: holderName ?? holding.holder.description, until: holding.until, hasRunOut: holding.until <= now)
        }
        self.holder = holder
        if subscription.blocked != nil {
            standing = .blocked
        } else if let holder, !holder.hasRunOut {
            standing = .leased
        } else if let due = subscription.due, due > now {
            standing = .waiting
        } else {
            standing = subscription.watermark < subscription.workMark ? .eligible : .idle
        }
    }

    /// How many positions of the log lie between what it has handled and what is known to concern it.
    public var lag: Int64 {
        let (lag, overflow) = subscription.workMark.subtractingReportingOverflow(subscription.watermark)
        return overflow ? subscription.workMark > 0 ? .max : 0 : max(0, lag)
    }
}

/// Which subscriptions are looked at.
public struct ReactionsQuery: Hashable, Sendable {
    /// Of which application; nil for all.
    public var application: String?
    /// What the name of the target, `Type|id`, begins with; where none does, what it contains, in capitals or not.
    public var text: String
    /// Whether only those are meant that are blocked.
    public var isBlockedOnly: Bool
    /// After how many it is enough; from 1.
    public var limit: Int

    /// The most that are shown at once.
    public static let mostShown = 1_000

    /// Asks for subscriptions; without arguments for all, as many as are shown at once.
    public init(
        application: String? = nil, text: String = "", isBlockedOnly: Bool = false,
        limit: Int = ReactionsQuery.mostShown
    ) {
        self.application = application
        self.text = text
        self.isBlockedOnly = isBlockedOnly
        self.limit = max(1, limit)
    }
}
