import Actors

extension InMemoryStore: OutboxStore {}
extension SandboxStore: OutboxStore {}

extension ReactionMemory {
    public func claim(
        limit: Int, for term: Duration, as claimer: ULID, at now: Timestamp
    ) async throws -> [OutboxEntry] {
        let claim = try RowClaim(claimer: claimer, for: term, at: now)
        return try changeReactions { rows, _ in
            let claimed = rows.outbox.claim(limit: limit, claim, at: now)
            return (claimed, !claimed.isEmpty)
        }
    }

    @discardableResult
    public func complete(_ entry: OutboxEntry, at now: Timestamp) async throws -> Bool {
        try changeReactions { $0.outbox.complete(entry, at: now) }
    }

    @discardableResult
    public func release(_ entry: OutboxEntry) async throws -> Bool {
        try changeReactions { $0.outbox.change(entry.number) { $0.release(entry) } }
    }

    @discardableResult
    public func fail(_ entry: OutboxEntry, error: String, retryAt: Timestamp) async throws -> Bool {
        try StoredText.require(error, of: entry.persistenceID)
        return try changeReactions { $0.outbox.change(entry.number) { $0.fail(entry, error: error, retryAt: retryAt) } }
    }

    public func nextDue() async throws -> Timestamp? { askReactions { $0.outbox.next } }

    public func entry(withKey key: String) async throws -> OutboxEntry? {
        askReactions { $0.outbox.entry(withKey: key) }
    }

    public func entries(after number: Int64, limit: Int) async throws -> [OutboxEntry] {
        askReactions { $0.outbox.entries(after: number, limit: limit) }
    }

    public func waiting(of id: PersistenceID, limit: Int) async throws -> [OutboxEntry] {
        askReactions { $0.outbox.waiting(of: id, limit: limit) }
    }

    @discardableResult
    public func forgetCompleted(before moment: Timestamp) async throws -> Int {
        try changeReactions { rows, _ in
            let count = rows.outbox.forgetCompleted(before: moment)
            return (count, count > 0)
        }
    }
}

// MARK: - Dead letters

extension ReactionMemory {
    @discardableResult
    public func deadLetter(_ entry: OutboxEntry, reason: String, at now: Timestamp) async throws -> Bool {
        try StoredText.require(reason, of: entry.persistenceID)
        return try changeReactions { rows in
            guard let taken = rows.outbox.take(entry) else { return false }
            rows.deadLetters.add(StoredDeadLetter(taken, reason: reason, at: now))
            return true
        }
    }

    @discardableResult
    public func deadLetter(_ timer: StoredTimer, reason: String, at now: Timestamp) async throws -> Bool {
        try TimerRow.require(timer.name, of: timer.persistenceID)
        try StoredText.require(reason, of: timer.persistenceID)
        return try changeReactions { rows in
            var given: StoredTimer?
            let isGiven = rows.timers.change(timer.name, of: timer.persistenceID) { row in
                guard row.isClaimed(by: timer) else { return false }
                given = row.armed
                return row.disarm()
            }
            if let given { rows.deadLetters.add(StoredDeadLetter(given, reason: reason, at: now)) }
            return isGiven
        }
    }

    public func deadLetters(after letter: StoredDeadLetter?, limit: Int) async throws -> [StoredDeadLetter] {
        askReactions { $0.deadLetters.list(after: letter, limit: limit) }
    }

    @discardableResult
    public func replay(_ letter: StoredDeadLetter, at now: Timestamp) async throws -> Bool {
        try changeReactions { $0.replay(letter, at: now) }
    }

    @discardableResult
    public func dismiss(_ letter: StoredDeadLetter, at now: Timestamp) async throws -> Bool {
        try changeReactions { $0.deadLetters.close(letter.number) }
    }
}
