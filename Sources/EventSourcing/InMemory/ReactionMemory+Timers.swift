import Actors

extension InMemoryStore: TimerStore {}
extension SandboxStore: TimerStore {}

extension ReactionMemory {
    @discardableResult
    public func arm(_ timer: NewTimer, of id: PersistenceID) async throws -> Bool {
        try TimerRow.require(timer.name, of: id)
        return try changeReactions { rows, lastNumber in
            let isArmed = rows.timers.arm(timer, of: id, generation: try timer.generation ?? lastNumber(id))
            return (isArmed, isArmed)
        }
    }

    @discardableResult
    public func cancel(_ name: String, of id: PersistenceID) async throws -> Bool {
        try change(name, of: id) { $0.disarm() }
    }

    public func claimDue(
        limit: Int, for term: Duration, as claimer: ULID, at now: Timestamp
    ) async throws -> [StoredTimer] {
        let claim = try RowClaim(claimer: claimer, for: term, at: now)
        return try changeReactions { rows, _ in
            let claimed = rows.timers.claimDue(limit: limit, claim, at: now)
            return (claimed, !claimed.isEmpty)
        }
    }

    @discardableResult
    public func complete(_ name: String, of id: PersistenceID, generation: Int64) async throws -> Bool {
        try change(name, of: id) { $0.complete(generation: generation) }
    }

    @discardableResult
    public func release(_ timer: StoredTimer) async throws -> Bool {
        try change(timer.name, of: timer.persistenceID) { $0.release(timer) }
    }

    @discardableResult
    public func fail(_ timer: StoredTimer, error: String, retryAt: Timestamp) async throws -> Bool {
        try StoredText.require(error, of: timer.persistenceID)
        return try change(timer.name, of: timer.persistenceID) { $0.fail(timer, error: error, retryAt: retryAt) }
    }

    public func nextDeadline() async throws -> Timestamp? { askReactions { $0.timers.next } }

    public func timer(_ name: String, of id: PersistenceID) async throws -> StoredTimer? {
        try TimerRow.require(name, of: id)
        return askReactions { $0.timers.row(name, of: id)?.armed }
    }

    public func timers(of id: PersistenceID) async throws -> [StoredTimer] { askReactions { $0.timers.timers(of: id) } }

    private func change(_ name: String, of id: PersistenceID, _ body: (inout TimerRow) -> Bool) throws -> Bool {
        try TimerRow.require(name, of: id)
        return try changeReactions { $0.timers.change(name, of: id, body) }
    }
}
