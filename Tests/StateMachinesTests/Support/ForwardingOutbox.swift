import EventSourcing

/// An outbox that hands everything on; a test writes only what it changes.
protocol ForwardingOutbox: OutboxStore {
    var base: InMemoryStore { get }
}

extension ForwardingOutbox {
    func claim(limit: Int, for term: Duration, as claimer: ULID, at now: Timestamp) async throws -> [OutboxEntry] {
        try await base.claim(limit: limit, for: term, as: claimer, at: now)
    }

    func complete(_ entry: OutboxEntry, at now: Timestamp) async throws -> Bool {
        try await base.complete(entry, at: now)
    }

    func release(_ entry: OutboxEntry) async throws -> Bool { try await base.release(entry) }

    func fail(_ entry: OutboxEntry, error: String, retryAt: Timestamp) async throws -> Bool {
        try await base.fail(entry, error: error, retryAt: retryAt)
    }

    func deadLetter(_ entry: OutboxEntry, reason: String, at now: Timestamp) async throws -> Bool {
        try await base.deadLetter(entry, reason: reason, at: now)
    }

    func nextDue() async throws -> Timestamp? { try await base.nextDue() }

    func entry(withKey key: String) async throws -> OutboxEntry? { try await base.entry(withKey: key) }

    func entries(after number: Int64, limit: Int) async throws -> [OutboxEntry] {
        try await base.entries(after: number, limit: limit)
    }

    func waiting(of id: PersistenceID, limit: Int) async throws -> [OutboxEntry] {
        try await base.waiting(of: id, limit: limit)
    }

    func forgetCompleted(before moment: Timestamp) async throws -> Int {
        try await base.forgetCompleted(before: moment)
    }

    func deadLetters(after letter: StoredDeadLetter?, limit: Int) async throws -> [StoredDeadLetter] {
        try await base.deadLetters(after: letter, limit: limit)
    }

    func replay(_ letter: StoredDeadLetter, at now: Timestamp) async throws -> Bool {
        try await base.replay(letter, at: now)
    }

    func dismiss(_ letter: StoredDeadLetter, at now: Timestamp) async throws -> Bool {
        try await base.dismiss(letter, at: now)
    }
}
