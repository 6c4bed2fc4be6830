public import Actors

/// How far an application has handled what concerns one target stream.
public struct Subscription: Hashable, Sendable {
    /// Who holds a claim, until when.
    public struct Holding: Hashable, Sendable {
        /// The running system that has it.
        public var holder: WriterID
        /// From this moment on another claim may take it; until one does, it is its holder's.
        public var until: Timestamp

        /// Describes a holding.
        public init(holder: WriterID, until: Timestamp) {
            self.holder = holder
            self.until = until
        }
    }

    /// The application that reacts.
    public var application: String
    /// The stream that the reactions write to.
    public var target: PersistenceID
    /// Which streams feed it; nil for all.
    public var source: StreamPattern?
    /// The drain that handles it.
    public var lane: String
    /// The higher goes first.
    public var priority: Int64
    /// The last global position that is fully handled; 0 for nothing yet.
    public var watermark: Int64 = 0
    /// The highest global position that is known to concern it.
    public var workMark: Int64
    /// How often the next event was tried in vain, or its claim ran out.
    public var retries: Int64 = 0
    /// The reactions that are done with the next event.
    public var handled: [String] = []
    /// What failed at the next event so far; where it is blocked, why.
    public var failure: SubscriptionFailure?
    /// When it was blocked; nil where it is not.
    public var blocked: Timestamp?
    /// Rises by one with every claim, and is never given to two claims of a target, also where its history was replaced.
    public var fencingNumber: Int64 = 0
    /// Who has claimed it, be it that the lease has run out; nil where nobody has.
    public var holding: Holding?
    /// When it may be claimed again; nil where it waits for no time.
    public var due: Timestamp?

    /// The lane of those that name none.
    public static let defaultLane = "default"
    /// The longest name of an application or lane, in bytes of UTF-8.
    public static let longestName = 255
    /// How many lanes are listed at the most.
    public static let mostLanes = 100
    /// How many run-out leases, how many that go on for too long, and how many due times one claim looks after.
    public static let wokenAtOnce = 100
    /// For how many terms of a claim another lease may still go on; one that goes on for longer is from before the clock was put
    /// back.
    public static let termsAhead = 10

    /// Describes a subscription that was just registered.
    public init(_ new: NewSubscription, of application: String) {
        self.application = application
        target = new.target
        source = new.source
        lane = new.lane
        priority = new.priority
        workMark = new.workMark
    }
}

// What only looks the same is another text in a store, and is written.
extension Subscription {
    /// Whether both are the same, byte for byte.
    public static func == (left: Self, right: Self) -> Bool {
        left.target == right.target && left.watermark == right.watermark && left.workMark == right.workMark
            && left.priority == right.priority && left.retries == right.retries
            && left.fencingNumber == right.fencingNumber && left.holding == right.holding
            && left.blocked == right.blocked && left.due == right.due && left.source == right.source
            && left.application.hasSameBytes(as: right.application) && left.lane.hasSameBytes(as: right.lane)
            && left.handled.elementsEqual(right.handled) { $0.hasSameBytes(as: $1) } && left.failure == right.failure
    }
}

/// A target on its way into a store.
public struct NewSubscription: Hashable, Sendable {
    /// The stream that the reactions write to.
    public var target: PersistenceID
    /// Which streams feed it; nil for all.
    public var source: StreamPattern?
    /// The drain that handles it.
    public var lane: String
    /// The higher goes first.
    public var priority: Int64
    /// The highest global position that is known to concern it; 0 for none.
    public var workMark: Int64

    /// Describes a target.
    public init(
        _ target: PersistenceID, source: StreamPattern? = nil, lane: String = Subscription.defaultLane,
        priority: Int64 = 0, workMark: Int64 = 0
    ) {
        self.target = target
        self.source = source
        self.lane = lane
        self.priority = priority
        self.workMark = workMark
    }
}

// MARK: - As text in a store

extension Subscription {
    /// The reactions that are done as a JSON array; nil where there are none.
    package var handledText: String? { Self.handledText(of: handled) }

    static func handledText(of names: [String]) -> String? {
        names.isEmpty ? nil : JSONValue.array(names.map { .string($0) }).compactText
    }

    /// Reads what `handledText` wrote; nil for anything else.
    package static func handled(text: String) -> [String]? {
        guard let elements = try? JSONReader().read(Array(text.utf8)).value.array else { return nil }
        let names = elements.compactMap(\.string)
        return names.count == elements.count ? names : nil
    }
}
