import Actors
import EventSourcing

/// An event store that waits before and after each append, and before it deletes.
struct SteppedEvents: EventStore {
    let base: any EventStore
    let steps: Steps

    func append(
        _ events: [NewEvent], to id: PersistenceID, expecting: ExpectedNumber, by writer: WriterID, epoch: Int64?,
        with companions: Companions
    ) async throws -> AppendReceipt {
        // What a reaction writes is a stage of its drain.
        guard companions.claim == nil, steps.isStepping(id) else {
            return try await base.append(
                events, to: id, expecting: expecting, by: writer, epoch: epoch, with: companions)
        }
        try await steps.pause(at: steps.decided(events), of: id)
        try await steps.pause(at: steps.foldedDry(events, of: id, expecting: expecting, by: writer), of: id)
        let number: Int64? = if case .number(let number) = expecting { number } else { nil }
        try await steps.pause(at: .append(count: events.count, expecting: number, epoch: epoch), of: id)
        let receipt = try await base.append(
            events, to: id, expecting: expecting, by: writer, epoch: epoch, with: companions)
        try await steps.pause(at: .advance(receipt, epochBefore: epoch), of: id)
        return receipt
    }

    func deleteEvents(of id: PersistenceID, upTo: Int64) async throws -> Bool {
        try await steps.pause(at: .deleteEvents(upTo: upTo), of: id)
        return try await base.deleteEvents(of: id, upTo: upTo)
    }

    // MARK: - Handed on

    func load<Result: Sendable>(
        _ id: PersistenceID, from: Int64, through: Int64, fields: EventFields, into initial: Result,
        visit: @escaping @Sendable (inout Result, borrowing StoredEvent) throws -> Visit
    ) async throws -> Result {
        try await base.load(id, from: from, through: through, fields: fields, into: initial, visit: visit)
    }

    func readAll<Result: Sendable>(
        after position: Int64, limit: Int, fields: EventFields, into initial: Result,
        visit: @escaping @Sendable (inout Result, borrowing StoredEvent) throws -> Visit
    ) async throws -> Result {
        try await base.readAll(after: position, limit: limit, fields: fields, into: initial, visit: visit)
    }

    func head(of id: PersistenceID) async throws -> StreamHead? { try await base.head(of: id) }

    func streams(after: PersistenceID?, prefix: String, limit: Int) async throws -> [StreamHead] {
        try await base.streams(after: after, prefix: prefix, limit: limit)
    }

    func takeOver(_ id: PersistenceID, by writer: WriterID) async throws -> Int64 {
        try await base.takeOver(id, by: writer)
    }

    func register(_ writer: WriterRecord) async throws { try await base.register(writer) }

    func importHistory(_ events: [ImportedEvent]) async throws { try await base.importHistory(events) }
}

// The engine asks its event store for these by a cast, so what the base can do must not get lost.
extension SteppedEvents: CommandStore, QuarantineStore {
    func command(_ id: ULID) async throws -> CommandRecord? {
        try await (base as? any CommandStore)?.command(id)
    }

    func forgetCommands(before moment: Timestamp) async throws -> Int {
        try await (base as? any CommandStore)?.forgetCommands(before: moment) ?? 0
    }

    func quarantine(_ event: QuarantinedEvent) async throws -> Bool {
        try await (base as? any QuarantineStore)?.quarantine(event) ?? false
    }

    func quarantined(of id: PersistenceID, after number: Int64, limit: Int) async throws -> [QuarantinedEvent] {
        try await (base as? any QuarantineStore)?.quarantined(of: id, after: number, limit: limit) ?? []
    }

    func quarantined(after event: QuarantinedEvent?, limit: Int) async throws -> [QuarantinedEvent] {
        try await (base as? any QuarantineStore)?.quarantined(after: event, limit: limit) ?? []
    }

    func release(_ id: PersistenceID, sequenceNumber: Int64, at time: Timestamp) async throws -> Bool {
        try await (base as? any QuarantineStore)?.release(id, sequenceNumber: sequenceNumber, at: time) ?? false
    }
}

/// A snapshot store that waits before it saves and before it deletes.
struct SteppedSnapshots: SnapshotStore {
    let base: any SnapshotStore
    let steps: Steps

    func save(_ snapshot: StoredSnapshot) async throws {
        try await steps.pause(at: .snapshot(snapshot.description), of: snapshot.description.persistenceID)
        try await base.save(snapshot)
    }

    func delete(of id: PersistenceID, upTo: Int64) async throws -> Bool {
        try await steps.pause(at: .deleteSnapshots(upTo: upTo), of: id)
        return try await base.delete(of: id, upTo: upTo)
    }

    func latest(of id: PersistenceID, atOrBelow: Int64) async throws -> StoredSnapshot? {
        try await base.latest(of: id, atOrBelow: atOrBelow)
    }

    func list(of id: PersistenceID) async throws -> [SnapshotDescription] { try await base.list(of: id) }
}
