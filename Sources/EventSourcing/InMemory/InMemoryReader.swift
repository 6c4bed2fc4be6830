/// Reads a store in memory; each call sees what was written before it.
final class InMemoryReader: StoreReader, Sendable {
    private let store: InMemoryStore

    init(_ store: InMemoryStore) { self.store = store }

    var description: StoreDescription { StoreDescription(id: nil, path: nil, layoutVersion: 1) }

    func totals() -> StoreTotals {
        store.read {
            StoreTotals(
                streams: Int64($0.streams.count), events: $0.log.liveCount, lastPosition: $0.log.lastPosition)
        }
    }

    func head(of id: PersistenceID) -> StreamHead? { store.read { $0.head(of: id) } }

    func streams(_ query: StreamQuery) -> [StreamHead] { store.read { $0.streams(query) } }

    func read(
        _ id: PersistenceID, from: Int64, through: Int64, reversed: Bool, fields: EventFields,
        visit: (borrowing StoredEvent) throws -> Visit
    ) throws {
        try store.visitStream(id, from: from, through: through, reversed: reversed, fields: fields, visit: visit)
    }

    func readAll(
        from: Int64, through: Int64, reversed: Bool, fields: EventFields,
        visit: (borrowing StoredEvent) throws -> Visit
    ) throws {
        try store.visitLog(from: from, through: through, reversed: reversed, fields: fields, visit: visit)
    }

    func samples(of id: PersistenceID, at sequenceNumbers: [Int64]) -> [EventSample] {
        store.read { $0.samples(of: id, at: sequenceNumbers) }
    }

    func writers() -> [WriterRecord] { store.read(\.writers) }

    func snapshots(of id: PersistenceID) -> [SnapshotDescription] { store.read { $0.snapshots(of: id) } }

    func snapshot(of id: PersistenceID, atOrBelow: Int64) -> StoredSnapshot? {
        store.read { $0.snapshot(of: id, atOrBelow: atOrBelow) }
    }

    func changeToken() -> UInt64 { store.read(\.changes) }
}
