public import Actors
public import EventSourcing

extension SQLiteStore: QuarantineStore {
    @discardableResult
    public func quarantine(_ event: QuarantinedEvent) async throws -> Bool {
        try await lane.perform { try $0.quarantine(event) }
    }

    public func quarantined(of id: PersistenceID, after number: Int64, limit: Int) async throws -> [QuarantinedEvent] {
        try await read(isShort: true) { try $0.quarantined(of: id, after: number, limit: limit) }
    }

    public func quarantined(after event: QuarantinedEvent?, limit: Int) async throws -> [QuarantinedEvent] {
        try await read { try $0.quarantined(after: event, limit: limit) }
    }

    @discardableResult
    public func release(_ id: PersistenceID, sequenceNumber: Int64, at time: Timestamp) async throws -> Bool {
        try await lane.perform { try $0.release(id, sequenceNumber: sequenceNumber, at: time) }
    }
}
