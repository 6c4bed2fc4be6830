public import Actors
public import EventSourcing

extension SQLiteStore: DurableStateStore {
    public func get(_ id: PersistenceID) async throws -> StoredDurableState? {
        try await read(isShort: true) { try $0.durableState(of: id) }
    }

    public func revision(of id: PersistenceID) async throws -> Int64 {
        try await read(isShort: true) { try $0.durableStateRow(of: id)?.description.revision ?? 0 }
    }

    @discardableResult
    public func put(
        _ state: NewDurableState, of id: PersistenceID, expecting revision: Int64, by writer: WriterID,
        with companions: Companions
    ) async throws -> DurableStateDescription {
        try companions.requirePayloads(of: id)
        guard state.state.count <= EncodedEvent.largest else {
            throw StoreError(
                .invalid, file: path, stream: id,
                detail: "a durable state has at most \(EncodedEvent.largest) bytes")
        }
        return try await write(of: id) {
            try $0.put(state, of: id, expecting: revision, by: writer, with: companions)
        }
    }

    @discardableResult
    public func delete(
        _ id: PersistenceID, expecting revision: Int64, at time: Timestamp, with companions: Companions
    ) async throws -> Bool {
        try companions.requirePayloads(of: id)
        return try await write(of: id) {
            try $0.deleteDurableState(of: id, expecting: revision, at: time, with: companions)
        }
    }

    public func list(after: PersistenceID?, prefix: String, limit: Int) async throws -> [DurableStateDescription] {
        try await read { try $0.durableStates(after: after, prefix: prefix, limit: limit) }
    }
}
