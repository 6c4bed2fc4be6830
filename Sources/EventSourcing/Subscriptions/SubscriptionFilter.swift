/// Which subscriptions an operation is for: those for which everything holds that is set.
public struct SubscriptionFilter: Hashable, Sendable {
    /// Which targets.
    public enum Targets: Hashable, Sendable {
        /// These, each once.
        case these([PersistenceID])
        /// All whose `Type|id` fits.
        case matching(StreamPattern)
    }

    /// Which targets; nil for any.
    public var targets: Targets?
    /// The lane; nil for any.
    public var lane: String?
    /// Whether it is blocked; nil for both.
    public var isBlocked: Bool?
    /// What the text of the source fits; nil for any, also for those without a source.
    public var source: StreamPattern?
    /// Streams of which one feeds it: its source fits that stream, or it has none; nil for any.
    public var fedBy: [PersistenceID]? {
        didSet { feedingNames = fedBy?.map(\.description) }
    }
    /// Their names, which are compared with every subscription.
    private var feedingNames: [String]?

    /// All subscriptions.
    public static let all = SubscriptionFilter()

    /// Says which.
    public init(
        _ targets: Targets? = nil, lane: String? = nil, isBlocked: Bool? = nil, source: StreamPattern? = nil,
        fedBy: [PersistenceID]? = nil
    ) {
        self.targets = targets
        self.lane = lane
        self.isBlocked = isBlocked
        self.source = source
        self.fedBy = fedBy
        feedingNames = fedBy?.map(\.description)
    }

    /// These targets.
    public static func these(_ targets: PersistenceID...) -> SubscriptionFilter { SubscriptionFilter(.these(targets)) }

    /// The targets whose `Type|id` fits.
    public static func matching(_ pattern: StreamPattern) -> SubscriptionFilter {
        SubscriptionFilter(.matching(pattern))
    }
}

extension SubscriptionFilter {
    /// Whether a subscription is meant; all stores decide by this.
    package func matches(_ subscription: Subscription) -> Bool {
        if let lane, !subscription.lane.utf8.elementsEqual(lane.utf8) { return false }
        if let isBlocked, (subscription.blocked != nil) != isBlocked { return false }
        if let source {
            guard let own = subscription.source, source.matches(own.text) else { return false }
        }
        if let names = feedingNames, !names.contains(where: { subscription.source?.matches($0) ?? true }) {
            return false
        }
        switch targets {
        case .these(let names): return names.contains(subscription.target)
        case .matching(let pattern): return pattern.matches(subscription.target.description)
        case nil: return true
        }
    }

    /// What the names of all targets that are meant begin with.
    package var prefix: String {
        switch targets {
        case .matching(.prefix(let text)), .matching(.exact(let text)): text
        default: ""
        }
    }

    /// The targets by name, each once, in the order of the bytes of `Type|id`; nil where they are not named.
    package var names: [PersistenceID]? {
        guard case .these(let names) = targets else { return nil }
        return Set(names).map { (name: $0.description, id: $0) }
            .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }.map(\.id)
    }
}

extension StreamPattern {
    /// The text without how it is compared.
    package var text: String {
        switch self {
        case .exact(let text), .prefix(let text), .suffix(let text), .contains(let text): text
        }
    }
}
