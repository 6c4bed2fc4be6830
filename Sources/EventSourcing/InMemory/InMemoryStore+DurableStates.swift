public import Actors

extension InMemoryStore: DurableStateStore {
    public func get(_ id: PersistenceID) async throws -> StoredDurableState? { read { $0.durableStates.state(of: id) } }

    public func revision(of id: PersistenceID) async throws -> Int64 { read { $0.durableStates.revision(of: id) } }

    @discardableResult
    public func put(
        _ state: NewDurableState, of id: PersistenceID, expecting revision: Int64, by writer: WriterID,
        with companions: Companions
    ) async throws -> DurableStateDescription {
        try write { contents in
            try contents.requireNew(companions.command?.id)
            try contents.durableStates.admit(state, of: id, expecting: revision, by: writer)
            let place = try contents.place(
                companions, of: id, number: revision + 1, position: contents.lastPosition, with: .state,
                at: state.timestamp)
            let written = try contents.durableStates.put(state, of: id, expecting: revision, by: writer)
            contents.keep(companions, at: place, time: state.timestamp)
            contents.notice(writer)
            contents.changes += 1
            return written
        }
    }

    @discardableResult
    public func delete(
        _ id: PersistenceID, expecting revision: Int64, at time: Timestamp, with companions: Companions
    ) async throws -> Bool {
        try write { contents in
            try contents.requireNew(companions.command?.id)
            guard try contents.durableStates.admitDeletion(of: id, expecting: revision) else { return false }
            let place = try contents.place(
                companions, of: id, number: revision, position: contents.lastPosition, with: .none, at: time)
            _ = try contents.durableStates.delete(id, expecting: revision)
            contents.keep(companions, at: place, time: time)
            contents.changes += 1
            return true
        }
    }

    public func list(after: PersistenceID?, prefix: String, limit: Int) async throws -> [DurableStateDescription] {
        read { $0.durableStates.list(after: after, prefix: prefix, limit: limit) }
    }
}
