public import Actors

/// Keeps what was given up after its last attempt, until a person or a program decides.
///
/// Every call is one transaction, and all of them throw `StoreError`.
public protocol DeadLetterStore: Sendable {
    /// The dead letters that nothing was done about, by time and number, behind one of them and at most `limit`.
    func deadLetters(after letter: StoredDeadLetter?, limit: Int) async throws -> [StoredDeadLetter]

    /// Has it handled once more, from `now` on and without its attempts, and answers whether it will be.
    ///
    /// A row of the outbox comes behind all others, under its old key; it is done with where that key is there already.
    /// A timer is armed with its old generation; one whose name has had a later one is stale, stays, and can be dismissed.
    @discardableResult
    func replay(_ letter: StoredDeadLetter, at now: Timestamp) async throws -> Bool

    /// Gives it up for good, and answers whether it was still there.
    @discardableResult
    func dismiss(_ letter: StoredDeadLetter, at now: Timestamp) async throws -> Bool
}

/// Something that was given up after its last attempt.
public struct StoredDeadLetter: Hashable, Sendable {
    /// What it was.
    public enum Source: Hashable, Sendable {
        /// A row of the outbox, by its idempotency key.
        case outbox(key: String)
        /// A timer, by its name.
        case timer(name: String)
        /// What another program gave up, as it called it.
        case other(String)
    }

    /// Its number among the dead letters, from 1: numbers rise in the order in which they came, and none is used again.
    public var number: Int64
    /// What it was.
    public var source: Source
    /// Whom it was for: a destination, or the entity of a timer.
    public var recipient: String
    /// The entity that it comes from.
    public var persistenceID: PersistenceID?
    /// The number that its entity had then, or the generation of a timer.
    public var sequenceNumber: Int64?
    /// Why it was given up: a clause, without its payload.
    public var reason: String
    /// How many times it was tried.
    public var attempts: Int
    /// What it carried, encoded.
    public var payload: [UInt8]?
    /// When it was given up: UTC, microseconds.
    public var time: Timestamp

    /// Describes a dead letter.
    public init(
        number: Int64, source: Source, recipient: String, persistenceID: PersistenceID?, sequenceNumber: Int64?,
        reason: String, attempts: Int, payload: [UInt8]?, time: Timestamp
    ) {
        self.number = number
        self.source = source
        self.recipient = recipient
        self.persistenceID = persistenceID
        self.sequenceNumber = sequenceNumber
        self.reason = reason
        self.attempts = attempts
        self.payload = payload
        self.time = time
    }

    package init(_ entry: OutboxEntry, number: Int64 = 0, reason: String, at now: Timestamp) {
        self.init(
            number: number, source: .outbox(key: entry.idempotencyKey), recipient: entry.destination,
            persistenceID: entry.persistenceID, sequenceNumber: entry.sequenceNumber, reason: reason,
            attempts: entry.attempts, payload: entry.payload, time: now)
    }

    package init(_ timer: StoredTimer, number: Int64 = 0, reason: String, at now: Timestamp) {
        self.init(
            number: number, source: .timer(name: timer.name), recipient: timer.persistenceID.description,
            persistenceID: timer.persistenceID, sequenceNumber: timer.generation, reason: reason,
            attempts: timer.attempts, payload: timer.payload, time: now)
    }
}

extension StoredDeadLetter.Source {
    /// As it stands in a file: `outbox:KEY`, `timer:NAME`, or what another program wrote.
    package var text: String {
        switch self {
        case .outbox(let key): "outbox:\(key)"
        case .timer(let name): "timer:\(name)"
        case .other(let text): text
        }
    }

    package init(text: String) {
        // By bytes: a mark that the name begins with would be one character with the colon.
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else {
            self = .other(text)
            return
        }
        let name = String(text[text.utf8.index(after: colon)...])
        switch text[..<colon] {
        case "outbox": self = .outbox(key: name)
        case "timer": self = .timer(name: name)
        default: self = .other(text)
        }
    }
}
