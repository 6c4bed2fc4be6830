public import Actors
public import EventSourcing

extension SQLiteStore: TimerStore {
    @discardableResult
    public func arm(_ timer: NewTimer, of id: PersistenceID) async throws -> Bool {
        try TimerRow.require(timer.name, of: id)
        try EncodedEvent.requirePayload(timer.payload?.count ?? 0, of: id)
        return try await lane.perform { try $0.arm(timer, of: id) }
    }

    @discardableResult
    public func cancel(_ name: String, of id: PersistenceID) async throws -> Bool {
        try await change(name, of: id) { $0.disarm() }
    }

    public func claimDue(
        limit: Int, for term: Duration, as claimer: ULID, at now: Timestamp
    ) async throws -> [StoredTimer] {
        let claim = try RowClaim(claimer: claimer, for: term, at: now)
        return try await lane.perform { try $0.claimDueTimers(limit: limit, claim, at: now) }
    }

    @discardableResult
    public func complete(_ name: String, of id: PersistenceID, generation: Int64) async throws -> Bool {
        try await change(name, of: id) { $0.complete(generation: generation) }
    }

    @discardableResult
    public func release(_ timer: StoredTimer) async throws -> Bool {
        try await change(timer.name, of: timer.persistenceID) { $0.release(timer) }
    }

    @discardableResult
    public func fail(_ timer: StoredTimer, error: String, retryAt: Timestamp) async throws -> Bool {
        try StoredText.require(error, of: timer.persistenceID)
        return try await change(timer.name, of: timer.persistenceID) { $0.fail(timer, error: error, retryAt: retryAt) }
    }

    @discardableResult
    public func deadLetter(_ timer: StoredTimer, reason: String, at now: Timestamp) async throws -> Bool {
        try TimerRow.require(timer.name, of: timer.persistenceID)
        try StoredText.require(reason, of: timer.persistenceID)
        return try await lane.perform { try $0.deadLetter(timer, reason: reason, at: now) }
    }

    public func nextDeadline() async throws -> Timestamp? { try await read(isShort: true) { try $0.nextDeadline() } }

    public func timer(_ name: String, of id: PersistenceID) async throws -> StoredTimer? {
        try TimerRow.require(name, of: id)
        return try await read(isShort: true) { try $0.timerRow(name, of: id)?.armed }
    }

    public func timers(of id: PersistenceID) async throws -> [StoredTimer] {
        try await read(isShort: true) { try $0.timers(of: id) }
    }

    private func change(
        _ name: String, of id: PersistenceID, _ body: @escaping @Sendable (inout TimerRow) -> Bool
    ) async throws -> Bool {
        try TimerRow.require(name, of: id)
        return try await lane.perform { try $0.changeTimer(name, of: id, body) }
    }
}
