import Actors

/// What a store holds whose writes stay in memory, as it is read.
protocol MemoryContents {
    var description: StoreDescription { get }
    var totals: StoreTotals { get throws }
    var lastPosition: Int64 { get throws }
    /// In the order in which they came.
    var writers: [WriterRecord] { get throws }
    /// Another number after every change.
    var changeToken: UInt64 { get throws }
    func head(of id: PersistenceID) throws -> StreamHead?
    /// Sorting by name on demand is the only thing that a question changes.
    mutating func streams(_ query: StreamQuery) throws -> [StreamHead]
    func samples(of id: PersistenceID, at sequenceNumbers: [Int64]) throws -> [EventSample]
    func snapshot(of id: PersistenceID, atOrBelow: Int64) throws -> StoredSnapshot?
    func snapshots(of id: PersistenceID) throws -> [SnapshotDescription]
    func quarantined(of id: PersistenceID, after number: Int64, limit: Int) throws -> [QuarantinedEvent]
    func quarantined(after event: QuarantinedEvent?, limit: Int) throws -> [QuarantinedEvent]
    /// The timers of an entity that are armed, by the bytes of their names.
    func timers(of id: PersistenceID) throws -> [StoredTimer]
    /// The command with this id; nil where none was handled, or it was forgotten.
    func handledCommand(_ id: ULID) throws -> HandledCommand?
    // What a `SubscriptionReader` answers.
    func applications() throws -> [String]
    func subscriptions(
        _ filter: SubscriptionFilter, of application: String, after target: PersistenceID?, limit: Int
    ) throws -> [Subscription]
    func checkpoint(of application: String) throws -> Int64
    func projections() throws -> [ProjectionDescription]
    func lease(_ name: String) throws -> Lease?
    func page(
        of id: PersistenceID, from: Int64, through: Int64, reversed: Bool, fields: EventFields
    ) throws -> EventPage
    func page(from: Int64, through: Int64, reversed: Bool, fields: EventFields) throws -> EventPage
}

/// A store whose writes stay in memory, behind a lock.
protocol MemoryStore: PagedEvents, Sendable {
    associatedtype Contents: MemoryContents

    /// Runs a question while nobody writes.
    func read<Answer: Sendable>(_ body: (inout Contents) throws -> Answer) rethrows -> Answer
}

extension MemoryStore {
    func lastNumber(of id: PersistenceID) throws -> Int64 { try read { try $0.head(of: id)?.sequenceNumber ?? 0 } }

    func lastPosition() throws -> Int64 { try read { try $0.lastPosition } }

    func page(
        of id: PersistenceID, from: Int64, through: Int64, reversed: Bool, fields: EventFields
    ) throws -> EventPage {
        try read { try $0.page(of: id, from: from, through: through, reversed: reversed, fields: fields) }
    }

    func page(from: Int64, through: Int64, reversed: Bool, fields: EventFields) throws -> EventPage {
        try read { try $0.page(from: from, through: through, reversed: reversed, fields: fields) }
    }
}
