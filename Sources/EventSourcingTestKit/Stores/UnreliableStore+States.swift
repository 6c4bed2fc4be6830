public import Actors
public import EventSourcing

extension UnreliableStore: SnapshotStore where Base: SnapshotStore {
    public func save(_ snapshot: StoredSnapshot) async throws {
        let plan = script.withLock { $0.saves.next() }
        try await change(plan, of: snapshot.description.persistenceID) { try await base.save(snapshot) }
    }

    public func latest(of id: PersistenceID, atOrBelow: Int64) async throws -> StoredSnapshot? {
        try await continueRecovery(of: id)
        var snapshot = try await base.latest(of: id, atOrBelow: atOrBelow)
        if let number = snapshot?.description.sequenceNumber,
            script.withLock({ $0.damagedSnapshots.contains(number) })
        {
            snapshot?.isIntact = false
        }
        return snapshot
    }

    public func list(of id: PersistenceID) async throws -> [SnapshotDescription] {
        try await enter(id)
        return try await base.list(of: id)
    }

    @discardableResult
    public func delete(of id: PersistenceID, upTo: Int64) async throws -> Bool {
        let plan = script.withLock { $0.deletions.next() }
        return try await change(plan, of: id) { try await base.delete(of: id, upTo: upTo) }
    }
}

extension UnreliableStore: DurableStateStore where Base: DurableStateStore {
    public func revision(of id: PersistenceID) async throws -> Int64 {
        try await beginRecovery(of: id)
        return try await base.revision(of: id)
    }

    public func get(_ id: PersistenceID) async throws -> StoredDurableState? {
        try await continueRecovery(of: id)
        var found = try await base.get(id)
        if script.withLock({ $0.areStatesDamaged }) { found?.isIntact = false }
        return found
    }

    @discardableResult
    public func put(
        _ state: NewDurableState, of id: PersistenceID, expecting revision: Int64, by writer: WriterID,
        with companions: Companions
    ) async throws -> DurableStateDescription {
        try await writeState(of: id, expecting: revision) {
            try await base.put(state, of: id, expecting: revision, by: writer, with: companions)
        }
    }

    @discardableResult
    public func delete(
        _ id: PersistenceID, expecting revision: Int64, at time: Timestamp, with companions: Companions
    ) async throws -> Bool {
        try await writeState(of: id, expecting: revision) {
            try await base.delete(id, expecting: revision, at: time, with: companions)
        }
    }

    private func writeState<Answer>(
        of id: PersistenceID, expecting revision: Int64, _ body: () async throws -> Answer
    ) async throws -> Answer {
        let plan = script.withLock { $0.stateWrites.next() }
        let conflict = {
            let actual = try await self.base.revision(of: id)
            return ConcurrentModificationError(persistenceID: id, expected: .number(revision), actual: actual)
        }
        return try await write(
            plan, to: id, conflict: { try await conflict() }, fence: { _ in try await conflict() }, body)
    }

    public func list(after: PersistenceID?, prefix: String, limit: Int) async throws -> [DurableStateDescription] {
        try await enter()
        return try await base.list(after: after, prefix: prefix, limit: limit)
    }
}
