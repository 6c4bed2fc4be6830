public import Actors

/// Keeps what is to leave a store: rows that an append writes with its events, in its own transaction.
///
/// Every row has an idempotency key, by which whoever gets it twice knows it; a row with a key that is there already is not
/// written, and the first one stands. The rows of one entity leave in the order in which they were written: the next one can
/// be claimed when the one before it is done, or a dead letter. Every call is one transaction, the time is always the
/// caller's, and all of them throw `StoreError`, `invalid` for an error or a reason longer than `StoredText.longest`.
public protocol OutboxStore: DeadLetterStore {
    /// Claims rows that are due, at most `limit` and one of each entity, each for a term from `now` on.
    ///
    /// They come by the moment at which they were due, those of one moment as they were written. A claim counts as an
    /// attempt. At most `limit` rows whose claim has run out are taken up by one call, the earliest first.
    ///
    /// Throws `StoreError.invalid` for a term that is not above zero.
    func claim(limit: Int, for term: Duration, as claimer: ULID, at now: Timestamp) async throws -> [OutboxEntry]

    /// Ends a row that has left, and answers whether its claim was still its own.
    @discardableResult
    func complete(_ entry: OutboxEntry, at now: Timestamp) async throws -> Bool

    /// Gives a row back as if it had not been claimed, and answers whether its claim was still its own.
    @discardableResult
    func release(_ entry: OutboxEntry) async throws -> Bool

    /// Gives a row back that could not leave, to be claimed again from a moment on.
    ///
    /// Answers whether its claim was still its own.
    @discardableResult
    func fail(_ entry: OutboxEntry, error: String, retryAt: Timestamp) async throws -> Bool

    /// Makes a dead letter of a row, and answers whether its claim was still its own.
    @discardableResult
    func deadLetter(_ entry: OutboxEntry, reason: String, at now: Timestamp) async throws -> Bool

    /// The earliest moment at which there may be something to claim.
    func nextDue() async throws -> Timestamp?

    /// The row with a key, also one that is done.
    func entry(withKey key: String) async throws -> OutboxEntry?

    /// All rows behind a number, also those that are done, at most `limit`, by rising number.
    func entries(after number: Int64, limit: Int) async throws -> [OutboxEntry]

    /// The rows of an entity that have not left yet, at most `limit`, in their order.
    func waiting(of id: PersistenceID, limit: Int) async throws -> [OutboxEntry]

    /// Forgets rows that were done before a moment, and their keys with them; answers how many there were.
    ///
    /// Of very many a store may forget some in one transaction and the rest in further ones.
    @discardableResult
    func forgetCompleted(before moment: Timestamp) async throws -> Int
}

/// A row of the outbox on its way into a store, with an append.
public struct NewOutboxEntry: Hashable, Sendable {
    /// What it is for, from 1 to `longestName` bytes of UTF-8; the store does not look into it.
    public var destination: String
    /// What leaves, encoded; the store does not look into it.
    public var payload: [UInt8]
    /// By what it is known when it comes twice, from 1 to `longestName` bytes; nil for its stream, the last number of its
    /// append and its place in the append: `Order|1/7/0`, and `Order|1/7/0/state` with a durable state, so that no two
    /// appends give the same one. An append without events, and a deletion, have none to give.
    public var idempotencyKey: String?

    /// The longest that a destination or a key may be, in bytes of UTF-8.
    public static let longestName = 1_024

    /// Describes a row.
    public init(to destination: String, payload: [UInt8], idempotencyKey: String? = nil) {
        self.destination = destination
        self.payload = payload
        self.idempotencyKey = idempotencyKey
    }

    /// Throws `StoreError.invalid` for one that can't be written at a place.
    func require(at place: CompanionPlace) throws {
        guard place.write != .none || idempotencyKey != nil else {
            throw StoreError(.invalid, stream: place.id, detail: "a row of the outbox without an event needs a key")
        }
        try requireNames(of: place.id)
    }

    /// Throws `StoreError.invalid` for a destination or a key that no row can have.
    package func requireNames(of id: PersistenceID? = nil) throws(StoreError) {
        for name in [destination, idempotencyKey].compactMap(\.self)
        where !(1...Self.longestName).contains(name.utf8.count) {
            throw StoreError(
                .invalid, stream: id,
                detail: "a destination or a key has from 1 to \(Self.longestName) bytes, not \(name.utf8.count)")
        }
    }

    /// The key that it has at a place of an append.
    package func key(at place: CompanionPlace, item: Int) -> String {
        idempotencyKey ?? "\(place.id)/\(place.number)/\(item)\(place.write == .state ? "/state" : "")"
    }
}

/// A row of the outbox.
public struct OutboxEntry: Hashable, Sendable {
    /// Its number: numbers rise in the order in which rows are written, and none is used again.
    public var number: Int64
    /// By what it is known when it comes twice.
    public var idempotencyKey: String
    /// The entity whose append wrote it.
    public var persistenceID: PersistenceID
    /// The last number of that append, or the revision of the durable state.
    public var sequenceNumber: Int64
    /// What it is for.
    public var destination: String
    /// What leaves, encoded.
    public var payload: [UInt8]
    /// When it was written: UTC, microseconds.
    public var created: Timestamp
    /// From when on it can be claimed; nil while it waits behind an earlier one of its entity, and when it is done.
    public var due: Timestamp?
    /// How many times it was claimed to be handled.
    public var attempts: Int
    /// What the last failed attempt said.
    public var lastError: String?
    /// Who handles it; kept until somebody claims behind its end.
    public var claim: RowClaim?
    /// When it was done.
    public var completed: Timestamp?

    /// Describes a row.
    public init(
        number: Int64, idempotencyKey: String, persistenceID: PersistenceID, sequenceNumber: Int64,
        destination: String, payload: [UInt8], created: Timestamp, due: Timestamp?, attempts: Int = 0,
        lastError: String? = nil, claim: RowClaim? = nil, completed: Timestamp? = nil
    ) {
        self.number = number
        self.idempotencyKey = idempotencyKey
        self.persistenceID = persistenceID
        self.sequenceNumber = sequenceNumber
        self.destination = destination
        self.payload = payload
        self.created = created
        self.due = due
        self.attempts = attempts
        self.lastError = lastError
        self.claim = claim
        self.completed = completed
    }
}

// All stores decide by this, so that the rule of the outbox stands in one place.
extension OutboxEntry {
    package mutating func claim(_ claim: RowClaim) {
        self.claim = claim
        attempts += 1
    }

    package mutating func complete(_ known: OutboxEntry, at now: Timestamp) -> Bool {
        guard isClaimed(by: known) else { return false }
        (claim, due, completed) = (nil, nil, now)
        return true
    }

    package mutating func release(_ known: OutboxEntry) -> Bool {
        guard isClaimed(by: known) else { return false }
        claim = nil
        attempts -= 1
        return true
    }

    package mutating func fail(_ known: OutboxEntry, error: String, retryAt: Timestamp) -> Bool {
        guard isClaimed(by: known) else { return false }
        (claim, due, lastError) = (nil, retryAt, error)
        return true
    }

    /// Whether it is held by the claim that it came with.
    package func isClaimed(by known: OutboxEntry) -> Bool {
        known.claim != nil && claim == known.claim && idempotencyKey.hasSameBytes(as: known.idempotencyKey)
    }
}
