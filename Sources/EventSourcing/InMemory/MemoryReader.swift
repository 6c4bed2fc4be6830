import Actors

/// Reads a store whose writes stay in memory; each call sees what was written before it.
final class MemoryReader<Store: MemoryStore>: StoreReader, Sendable {
    private let store: Store

    init(_ store: Store) { self.store = store }

    var description: StoreDescription { store.read { $0.description } }

    func totals() throws -> StoreTotals { try store.read { try $0.totals } }

    func head(of id: PersistenceID) throws -> StreamHead? { try store.read { try $0.head(of: id) } }

    func streams(_ query: StreamQuery) throws -> [StreamHead] { try store.read { try $0.streams(query) } }

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

    func samples(of id: PersistenceID, at sequenceNumbers: [Int64]) throws -> [EventSample] {
        try store.read { try $0.samples(of: id, at: sequenceNumbers) }
    }

    func writers() throws -> [WriterRecord] { try store.read { try $0.writers } }

    func snapshots(of id: PersistenceID) throws -> [SnapshotDescription] {
        try store.read { try $0.snapshots(of: id) }
    }

    func snapshot(of id: PersistenceID, atOrBelow: Int64) throws -> StoredSnapshot? {
        try store.read { try $0.snapshot(of: id, atOrBelow: atOrBelow) }
    }

    func quarantined(of id: PersistenceID, after number: Int64, limit: Int) throws -> [QuarantinedEvent] {
        try store.read { try $0.quarantined(of: id, after: number, limit: limit) }
    }

    func quarantined(after event: QuarantinedEvent?, limit: Int) throws -> [QuarantinedEvent] {
        try store.read { try $0.quarantined(after: event, limit: limit) }
    }

    func changeToken() throws -> UInt64 { try store.read { try $0.changeToken } }
}

extension MemoryReader: TimerReader {
    func timers(of id: PersistenceID) throws -> [StoredTimer] { try store.read { try $0.timers(of: id) } }
}

extension MemoryReader: CommandReader {
    func handledCommand(_ id: ULID) throws -> HandledCommand? { try store.read { try $0.handledCommand(id) } }
}

extension MemoryReader: SubscriptionReader {
    func applications() throws -> [String] { try store.read { try $0.applications() } }

    func subscriptions(
        _ filter: SubscriptionFilter, of application: String, after target: PersistenceID?, limit: Int
    ) throws -> [Subscription] {
        try store.read { try $0.subscriptions(filter, of: application, after: target, limit: limit) }
    }

    func checkpoint(of application: String) throws -> Int64 {
        try store.read { try $0.checkpoint(of: application) }
    }

    func projections() throws -> [ProjectionDescription] { try store.read { try $0.projections() } }

    func lease(_ name: String) throws -> Lease? { try store.read { try $0.lease(name) } }
}
