public import Actors
public import EventSourcing

extension UnreliableStore: TimerStore where Base: TimerStore {
    @discardableResult
    public func arm(_ timer: NewTimer, of id: PersistenceID) async throws -> Bool {
        try await enter(id)
        return try await base.arm(timer, of: id)
    }

    @discardableResult
    public func cancel(_ name: String, of id: PersistenceID) async throws -> Bool {
        try await enter(id)
        return try await base.cancel(name, of: id)
    }

    public func claimDue(
        limit: Int, for term: Duration, as claimer: ULID, at now: Timestamp
    ) async throws -> [StoredTimer] {
        try await enter()
        return try await base.claimDue(limit: limit, for: term, as: claimer, at: now)
    }

    @discardableResult
    public func complete(_ name: String, of id: PersistenceID, generation: Int64) async throws -> Bool {
        try await enter(id)
        return try await base.complete(name, of: id, generation: generation)
    }

    @discardableResult
    public func release(_ timer: StoredTimer) async throws -> Bool {
        try await enter(timer.persistenceID)
        return try await base.release(timer)
    }

    @discardableResult
    public func fail(_ timer: StoredTimer, error: String, retryAt: Timestamp) async throws -> Bool {
        try await enter(timer.persistenceID)
        return try await base.fail(timer, error: error, retryAt: retryAt)
    }

    @discardableResult
    public func deadLetter(_ timer: StoredTimer, reason: String, at now: Timestamp) async throws -> Bool {
        try await enter(timer.persistenceID)
        return try await base.deadLetter(timer, reason: reason, at: now)
    }

    public func nextDeadline() async throws -> Timestamp? {
        try await enter()
        return try await base.nextDeadline()
    }

    public func timer(_ name: String, of id: PersistenceID) async throws -> StoredTimer? {
        try await enter(id)
        return try await base.timer(name, of: id)
    }

    public func timers(of id: PersistenceID) async throws -> [StoredTimer] {
        try await enter(id)
        return try await base.timers(of: id)
    }
}
