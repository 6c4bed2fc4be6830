package import EventSourcing

/// A store that hands everything on to another one, so that a test can change one thing about it.
package protocol ForwardingStore: EventStore, SnapshotStore {
    /// The store that the next call goes to.
    func target(isWrite: Bool) -> any EventStore & SnapshotStore
}

extension ForwardingStore {
    package func append(
        _ events: [NewEvent], to id: PersistenceID, expecting: ExpectedNumber, by writer: WriterID, epoch: Int64?,
        with companions: Companions
    ) async throws -> AppendReceipt {
        try await target(isWrite: true).append(
            events, to: id, expecting: expecting, by: writer, epoch: epoch, with: companions)
    }

    package func load<Result: Sendable>(
        _ id: PersistenceID, from: Int64, through: Int64, fields: EventFields, into initial: Result,
        visit: @escaping @Sendable (inout Result, borrowing StoredEvent) throws -> Visit
    ) async throws -> Result {
        try await target(isWrite: false).load(
            id, from: from, through: through, fields: fields, into: initial, visit: visit)
    }

    package func readAll<Result: Sendable>(
        after position: Int64, limit: Int, fields: EventFields, into initial: Result,
        visit: @escaping @Sendable (inout Result, borrowing StoredEvent) throws -> Visit
    ) async throws -> Result {
        try await target(isWrite: false).readAll(
            after: position, limit: limit, fields: fields, into: initial, visit: visit)
    }

    package func head(of id: PersistenceID) async throws -> StreamHead? {
        try await target(isWrite: false).head(of: id)
    }

    package func streams(after: PersistenceID?, prefix: String, limit: Int) async throws -> [StreamHead] {
        try await target(isWrite: false).streams(after: after, prefix: prefix, limit: limit)
    }

    package func deleteEvents(of id: PersistenceID, upTo: Int64) async throws -> Bool {
        try await target(isWrite: true).deleteEvents(of: id, upTo: upTo)
    }

    package func takeOver(_ id: PersistenceID, by writer: WriterID) async throws -> Int64 {
        try await target(isWrite: true).takeOver(id, by: writer)
    }

    package func register(_ writer: WriterRecord) async throws { try await target(isWrite: true).register(writer) }

    package func importHistory(_ events: [ImportedEvent]) async throws {
        try await target(isWrite: true).importHistory(events)
    }

    package func save(_ snapshot: StoredSnapshot) async throws { try await target(isWrite: true).save(snapshot) }

    package func latest(of id: PersistenceID, atOrBelow: Int64) async throws -> StoredSnapshot? {
        try await target(isWrite: false).latest(of: id, atOrBelow: atOrBelow)
    }

    package func list(of id: PersistenceID) async throws -> [SnapshotDescription] {
        try await target(isWrite: false).list(of: id)
    }

    package func delete(of id: PersistenceID, upTo: Int64) async throws -> Bool {
        try await target(isWrite: true).delete(of: id, upTo: upTo)
    }
}
