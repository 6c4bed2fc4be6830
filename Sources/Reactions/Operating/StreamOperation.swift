public import EventSourcing

/// Which streams an operation is for: these, each once, or all whose `Type|id` fits a pattern.
public typealias StreamFilter = SubscriptionFilter.Targets

/// What an operation on streams came to.
public struct StreamOperation: Hashable, Sendable {
    /// A stream that is as it was, and why.
    public struct Refusal: Hashable, Sendable {
        /// The stream.
        public var stream: PersistenceID
        /// A sentence that says why.
        public var reason: String

        /// Describes a refusal.
        public init(_ stream: PersistenceID, _ reason: String) {
            self.stream = stream
            self.reason = reason
        }
    }

    /// How many streams it changed, or would change.
    public var count = 0
    /// The first `previewed` of them.
    public var streams: [PersistenceID] = []
    /// How many events went, or would.
    public var events = 0
    /// How many streams are as they were, because it can't be done to them.
    public var refused = 0
    /// The first `previewed` of those, with why.
    public var refusals: [Refusal] = []

    /// How many streams of each kind it names at most.
    public static let previewed = 100

    /// Describes an operation that came to nothing.
    public init() {}

    mutating func add(_ stream: PersistenceID, events: Int) {
        count += 1
        self.events += events
        if streams.count < Self.previewed { streams.append(stream) }
    }

    mutating func refuse(_ stream: PersistenceID, because error: any Error) {
        refused += 1
        if refusals.count < Self.previewed { refusals.append(Refusal(stream, "\(error)")) }
    }
}

extension StreamFilter {
    /// What it means, in words.
    var streamWords: String {
        switch self {
        case .these: (SubscriptionFilter(self).names ?? []).map(\.description).joined(separator: ", ")
        case .matching(let pattern): "streams: \(pattern)"
        }
    }
}
