public import Actors

/// Keeps the timers of entities: one row for each entity and name, which fires once however many look for due ones.
///
/// A timer is known by its generation: the number of the event that armed it, 0 for one that was armed before the first
/// event. The generation that a name once had outlives firing and cancelling, so that nothing can arm it a second time.
/// Every call is one transaction, and the time is always the caller's; `Companions` arm and cancel in the transaction of
/// an append, and let a claimed timer fire in that of its event. Where there were none, all of them answer false, and change
/// nothing.
///
/// All of them throw `StoreError`, `invalid` for a name that is empty or longer than `NewTimer.longestName`, and for an error or
/// a reason longer than `StoredText.longest`.
public protocol TimerStore: DeadLetterStore {
    /// Arms a timer, unless its name had that generation or a higher one before, and answers whether it did.
    ///
    /// One that is armed and has an earlier generation is replaced, with its claim and its attempts.
    @discardableResult
    func arm(_ timer: NewTimer, of id: PersistenceID) async throws -> Bool

    /// Disarms a timer, also a claimed one, and answers whether it was armed.
    @discardableResult
    func cancel(_ name: String, of id: PersistenceID) async throws -> Bool

    /// Claims timers whose deadline has come, at most `limit`, each for a term from `now` on; nobody else gets them then.
    ///
    /// They come by rising deadline; those of one deadline in the order in which their names were first armed. A claim
    /// counts as an attempt. At most `limit` timers whose claim has run out, or whose retry has come, are taken up by one
    /// call, the earliest first.
    ///
    /// Throws `StoreError.invalid` for a term that is not above zero.
    func claimDue(
        limit: Int, for term: Duration, as claimer: ULID, at now: Timestamp
    ) async throws -> [StoredTimer]

    /// Disarms a timer that has fired, whoever claimed it, and answers whether it was armed with this very generation.
    @discardableResult
    func complete(_ name: String, of id: PersistenceID, generation: Int64) async throws -> Bool

    /// Gives a timer back as if it had not been claimed, and answers whether the claim was still its own.
    @discardableResult
    func release(_ timer: StoredTimer) async throws -> Bool

    /// Gives a timer back that could not be handled, to be claimed again from a moment on; its deadline stays.
    ///
    /// Answers whether the claim was still its own.
    @discardableResult
    func fail(_ timer: StoredTimer, error: String, retryAt: Timestamp) async throws -> Bool

    /// Makes a dead letter of a timer, which is disarmed by that, and answers whether the claim was still its own.
    @discardableResult
    func deadLetter(_ timer: StoredTimer, reason: String, at now: Timestamp) async throws -> Bool

    /// The earliest moment at which there may be something to claim: a deadline, a retry, or the end of a claim.
    func nextDeadline() async throws -> Timestamp?

    /// A timer that is armed.
    func timer(_ name: String, of id: PersistenceID) async throws -> StoredTimer?

    /// The timers of an entity that are armed, by the bytes of their names.
    func timers(of id: PersistenceID) async throws -> [StoredTimer]
}

/// A timer on its way into a store.
public struct NewTimer: Hashable, Sendable {
    /// What it is called among those of its entity, from 1 to `longestName` bytes of UTF-8; compared byte by byte.
    public var name: String
    /// When it fires: UTC, microseconds.
    public var deadline: Timestamp
    /// What it carries, encoded; the store does not look into it.
    public var payload: [UInt8]?
    /// The number of the event that arms it; nil for that of the entity's last event in the store, which is the append's
    /// own where it goes with one, or the revision where it goes with a durable state.
    public var generation: Int64?

    /// The longest that a name may be, in bytes of UTF-8.
    public static let longestName = 1_024

    /// Describes a timer.
    public init(_ name: String, deadline: Timestamp, payload: [UInt8]? = nil, generation: Int64? = nil) {
        self.name = name
        self.deadline = deadline
        self.payload = payload
        self.generation = generation
    }
}

extension NewTimer {
    /// Whether both are the same, the name byte for byte.
    public static func == (left: Self, right: Self) -> Bool {
        left.deadline == right.deadline && left.payload == right.payload && left.generation == right.generation
            && left.name.hasSameBytes(as: right.name)
    }

    /// Feeds the bytes of the name, and all else.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(bytesOf: name)
        hasher.combine(deadline)
        hasher.combine(payload)
        hasher.combine(generation)
    }
}

/// A timer that is armed.
public struct StoredTimer: Hashable, Sendable {
    /// The entity.
    public var persistenceID: PersistenceID
    /// What it is called among those of its entity.
    public var name: String
    /// The number of the event that armed it.
    public var generation: Int64
    /// When it fires, whatever became of earlier attempts: UTC, microseconds.
    public var deadline: Timestamp
    /// What it carries, encoded.
    public var payload: [UInt8]?
    /// How many times it was claimed to be handled.
    public var attempts: Int
    /// What the last failed attempt said.
    public var lastError: String?
    /// Who handles it; kept until somebody claims behind its end.
    public var claim: RowClaim?
    /// From when on it can be claimed again after a failed attempt.
    public var retryAt: Timestamp?

    /// Describes a timer.
    public init(
        persistenceID: PersistenceID, name: String, generation: Int64, deadline: Timestamp, payload: [UInt8]? = nil,
        attempts: Int = 0, lastError: String? = nil, claim: RowClaim? = nil, retryAt: Timestamp? = nil
    ) {
        self.persistenceID = persistenceID
        self.name = name
        self.generation = generation
        self.deadline = deadline
        self.payload = payload
        self.attempts = attempts
        self.lastError = lastError
        self.claim = claim
        self.retryAt = retryAt
    }
}
