import Actors
import EventSourcing

/// A store in memory that fails, lies or forgets where a test says so.
final class FaultyStore: EventStore, SnapshotStore {
    /// What becomes of a stored event on its way to a reader.
    enum Fault: Sendable {
        case hidden
        case damaged
        /// Damaged, and claiming to be another number.
        case damagedNumber(Int64)
        case twice
        /// The store itself can't read it.
        case unreadable
    }

    struct Script: Sendable {
        /// Errors by the number of the append, from 1; nothing is written.
        var appendErrors: [Int: any Error] = [:]
        /// Errors by the number of the append, from 1, after it was written.
        var lateAppendErrors: [Int: any Error] = [:]
        /// Errors by the number of the snapshot that is saved, from 1.
        var saveErrors: [Int: any Error] = [:]
        /// Errors by the number of the deletion, of events or of snapshots, from 1.
        var deletionErrors: [Int: any Error] = [:]
        /// Errors of the next recoveries.
        var headErrors: [any Error] = []
        /// Done before the append with this number, from 1, on the store beneath.
        var beforeAppend: [Int: @Sendable (InMemoryStore) async throws -> Void] = [:]
        var faults: [Int64: Fault] = [:]
        var damagedSnapshots: Set<Int64> = []
        /// How many appends and saves were tried.
        var appends = 0
        var saves = 0
        var deletions = 0
        /// How many events each read asked for at most.
        var pages: [Int64] = []
    }

    let base: InMemoryStore
    private let script = Locked(Script())

    init(over base: InMemoryStore = InMemoryStore()) { self.base = base }

    var seen: Script { script.withLock { $0 } }

    func will(_ change: (inout Script) -> Void) { script.withLock { change(&$0) } }

    func append(
        _ events: [NewEvent], to id: PersistenceID, expecting: ExpectedNumber, by writer: WriterID, epoch: Int64?,
        with companions: Companions
    ) async throws -> AppendReceipt {
        let (number, plan) = script.withLock { script in
            script.appends += 1
            return (script.appends, script)
        }
        try await plan.beforeAppend[number]?(base)
        if let error = plan.appendErrors[number] { throw error }
        let receipt = try await base.append(
            events, to: id, expecting: expecting, by: writer, epoch: epoch, with: companions)
        if let error = plan.lateAppendErrors[number] { throw error }
        return receipt
    }

    func load<Result: Sendable>(
        _ id: PersistenceID, from: Int64, through: Int64, fields: EventFields, into initial: Result,
        visit: @escaping @Sendable (inout Result, borrowing StoredEvent) throws -> Visit
    ) async throws -> Result {
        let faults = script.withLock { script in
            script.pages.append(through - from + 1)
            return script.faults
        }
        return try await base.load(id, from: from, through: through, fields: fields, into: initial) { result, event in
            switch faults[event.sequenceNumber] {
            case nil: return try visit(&result, event)
            case .hidden: return .next
            case .twice:
                _ = try visit(&result, event)
                return try visit(&result, event)
            case .damaged: return try Self.damaged(event, claiming: event.sequenceNumber, &result, visit)
            case .damagedNumber(let number): return try Self.damaged(event, claiming: number, &result, visit)
            case .unreadable:
                throw StoreError(.corrupt, stream: event.persistenceID, sequenceNumber: event.sequenceNumber)
            }
        }
    }

    private static func damaged<Result>(
        _ event: borrowing StoredEvent, claiming number: Int64, _ result: inout Result,
        _ visit: (inout Result, borrowing StoredEvent) throws -> Visit
    ) throws -> Visit {
        try event.withPayload { payload in
            try event.withMetadata { metadata in
                let damaged = StoredEvent(
                    persistenceID: event.persistenceID, position: event.position, sequenceNumber: number,
                    type: event.type, schemaVersion: event.schemaVersion, timestamp: event.timestamp,
                    writer: event.writer, epoch: event.epoch, correlationID: nil, causationID: nil, commandID: nil,
                    isIntact: false, payload: payload, metadata: metadata)
                return try visit(&result, damaged)
            }
        }
    }

    func readAll<Result: Sendable>(
        after position: Int64, limit: Int, fields: EventFields, into initial: Result,
        visit: @escaping @Sendable (inout Result, borrowing StoredEvent) throws -> Visit
    ) async throws -> Result {
        try await base.readAll(after: position, limit: limit, fields: fields, into: initial, visit: visit)
    }

    func head(of id: PersistenceID) async throws -> StreamHead? {
        let error = script.withLock { $0.headErrors.isEmpty ? nil : $0.headErrors.removeFirst() }
        if let error { throw error }
        return try await base.head(of: id)
    }

    func streams(after: PersistenceID?, prefix: String, limit: Int) async throws -> [StreamHead] {
        try await base.streams(after: after, prefix: prefix, limit: limit)
    }

    func deleteEvents(of id: PersistenceID, upTo: Int64) async throws -> Bool {
        try countDeletion()
        return try await base.deleteEvents(of: id, upTo: upTo)
    }

    func takeOver(_ id: PersistenceID, by writer: WriterID) async throws -> Int64 {
        try await base.takeOver(id, by: writer)
    }

    func register(_ writer: WriterRecord) async throws { try await base.register(writer) }

    func importHistory(_ events: [ImportedEvent]) async throws { try await base.importHistory(events) }

    func save(_ snapshot: StoredSnapshot) async throws {
        let error = script.withLock { script in
            script.saves += 1
            return script.saveErrors[script.saves]
        }
        if let error { throw error }
        try await base.save(snapshot)
    }

    func latest(of id: PersistenceID, atOrBelow: Int64) async throws -> StoredSnapshot? {
        var snapshot = try await base.latest(of: id, atOrBelow: atOrBelow)
        if let number = snapshot?.description.sequenceNumber, seen.damagedSnapshots.contains(number) {
            snapshot?.isIntact = false
        }
        return snapshot
    }

    func list(of id: PersistenceID) async throws -> [SnapshotDescription] { try await base.list(of: id) }

    func delete(of id: PersistenceID, upTo: Int64) async throws -> Bool {
        try countDeletion()
        return try await base.delete(of: id, upTo: upTo)
    }

    private func countDeletion() throws {
        let error = script.withLock { script in
            script.deletions += 1
            return script.deletionErrors[script.deletions]
        }
        if let error { throw error }
    }
}

extension FaultyStore: QuarantineStore {
    func quarantine(_ event: QuarantinedEvent) async throws -> Bool { try await base.quarantine(event) }

    func quarantined(of id: PersistenceID, after number: Int64, limit: Int) async throws -> [QuarantinedEvent] {
        try await base.quarantined(of: id, after: number, limit: limit)
    }

    func quarantined(after event: QuarantinedEvent?, limit: Int) async throws -> [QuarantinedEvent] {
        try await base.quarantined(after: event, limit: limit)
    }

    func release(_ id: PersistenceID, sequenceNumber: Int64, at time: Timestamp) async throws -> Bool {
        try await base.release(id, sequenceNumber: sequenceNumber, at: time)
    }
}
