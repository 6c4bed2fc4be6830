public import Actors
public import EventSourcing

extension SQLiteStore: OutboxStore {
    public func claim(
        limit: Int, for term: Duration, as claimer: ULID, at now: Timestamp
    ) async throws -> [OutboxEntry] {
        let claim = try RowClaim(claimer: claimer, for: term, at: now)
        return try await lane.perform { try $0.claimEntries(limit: limit, claim, at: now) }
    }

    @discardableResult
    public func complete(_ entry: OutboxEntry, at now: Timestamp) async throws -> Bool {
        try await lane.perform { try $0.complete(entry, at: now) }
    }

    @discardableResult
    public func release(_ entry: OutboxEntry) async throws -> Bool {
        try await lane.perform { try $0.changeEntry(entry.number) { $0.release(entry) } }
    }

    @discardableResult
    public func fail(_ entry: OutboxEntry, error: String, retryAt: Timestamp) async throws -> Bool {
        try StoredText.require(error, of: entry.persistenceID)
        return try await lane.perform {
            try $0.changeEntry(entry.number) { $0.fail(entry, error: error, retryAt: retryAt) }
        }
    }

    @discardableResult
    public func deadLetter(_ entry: OutboxEntry, reason: String, at now: Timestamp) async throws -> Bool {
        try StoredText.require(reason, of: entry.persistenceID)
        return try await lane.perform { try $0.deadLetter(entry, reason: reason, at: now) }
    }

    public func nextDue() async throws -> Timestamp? { try await read(isShort: true) { try $0.nextDue() } }

    public func entry(withKey key: String) async throws -> OutboxEntry? {
        try await read(isShort: true) { try $0.outboxEntry(withKey: key) }
    }

    public func entries(after number: Int64, limit: Int) async throws -> [OutboxEntry] {
        try await read { try $0.outboxEntries(after: number, limit: limit) }
    }

    public func waiting(of id: PersistenceID, limit: Int) async throws -> [OutboxEntry] {
        try await read { try $0.waitingEntries(of: id, limit: limit) }
    }

    @discardableResult
    public func forgetCompleted(before moment: Timestamp) async throws -> Int {
        try await inPortions { try $0.forgetCompleted(before: moment) }
    }
}

extension SQLiteStore: DeadLetterStore {
    public func deadLetters(after letter: StoredDeadLetter?, limit: Int) async throws -> [StoredDeadLetter] {
        try await read { try $0.deadLetters(after: letter, limit: limit) }
    }

    @discardableResult
    public func replay(_ letter: StoredDeadLetter, at now: Timestamp) async throws -> Bool {
        try await lane.perform { try $0.replay(letter, at: now) }
    }

    @discardableResult
    public func dismiss(_ letter: StoredDeadLetter, at now: Timestamp) async throws -> Bool {
        try await lane.perform { try $0.close(letter.number, at: now) }
    }
}
