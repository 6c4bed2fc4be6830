public import Actors
public import EventSourcing

extension UnreliableStore: DeadLetterStore where Base: DeadLetterStore {
    public func deadLetters(after letter: StoredDeadLetter?, limit: Int) async throws -> [StoredDeadLetter] {
        try await enter()
        return try await base.deadLetters(after: letter, limit: limit)
    }

    @discardableResult
    public func replay(_ letter: StoredDeadLetter, at now: Timestamp) async throws -> Bool {
        try await enter(letter.persistenceID)
        return try await base.replay(letter, at: now)
    }

    @discardableResult
    public func dismiss(_ letter: StoredDeadLetter, at now: Timestamp) async throws -> Bool {
        try await enter(letter.persistenceID)
        return try await base.dismiss(letter, at: now)
    }
}

extension UnreliableStore: OutboxStore where Base: OutboxStore {
    public func claim(
        limit: Int, for term: Duration, as claimer: ULID, at now: Timestamp
    ) async throws -> [OutboxEntry] {
        try await enter()
        return try await base.claim(limit: limit, for: term, as: claimer, at: now)
    }

    @discardableResult
    public func complete(_ entry: OutboxEntry, at now: Timestamp) async throws -> Bool {
        try await enter(entry.persistenceID)
        return try await base.complete(entry, at: now)
    }

    @discardableResult
    public func release(_ entry: OutboxEntry) async throws -> Bool {
        try await enter(entry.persistenceID)
        return try await base.release(entry)
    }

    @discardableResult
    public func fail(_ entry: OutboxEntry, error: String, retryAt: Timestamp) async throws -> Bool {
        try await enter(entry.persistenceID)
        return try await base.fail(entry, error: error, retryAt: retryAt)
    }

    @discardableResult
    public func deadLetter(_ entry: OutboxEntry, reason: String, at now: Timestamp) async throws -> Bool {
        try await enter(entry.persistenceID)
        return try await base.deadLetter(entry, reason: reason, at: now)
    }

    public func nextDue() async throws -> Timestamp? {
        try await enter()
        return try await base.nextDue()
    }

    public func entry(withKey key: String) async throws -> OutboxEntry? {
        try await enter()
        return try await base.entry(withKey: key)
    }

    public func entries(after number: Int64, limit: Int) async throws -> [OutboxEntry] {
        try await enter()
        return try await base.entries(after: number, limit: limit)
    }

    public func waiting(of id: PersistenceID, limit: Int) async throws -> [OutboxEntry] {
        try await enter(id)
        return try await base.waiting(of: id, limit: limit)
    }

    @discardableResult
    public func forgetCompleted(before moment: Timestamp) async throws -> Int {
        try await enter()
        return try await base.forgetCompleted(before: moment)
    }
}
