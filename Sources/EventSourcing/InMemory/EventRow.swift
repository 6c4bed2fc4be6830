import Actors

/// An event copied out of a store, so that a visitor sees it while nothing is locked.
struct EventRow: Sendable {
    var persistenceID: PersistenceID
    var position: Int64
    var row: EventLog.Row
    var isIntact = true

    /// Lends the event with the fields that were asked for.
    func lend<Result>(_ fields: EventFields, to visit: (borrowing StoredEvent) throws -> Result) rethrows -> Result {
        let hasMetadata = fields.contains(.metadata)
        return try (fields.contains(.payload) ? row.payload : []).withUnsafeBytes { payload in
            try (hasMetadata ? row.metadata : []).withUnsafeBytes { metadata in
                let event = StoredEvent(
                    persistenceID: persistenceID, position: position, sequenceNumber: row.sequenceNumber,
                    type: row.type, schemaVersion: row.schemaVersion, timestamp: row.timestamp, writer: row.writer,
                    epoch: row.epoch, correlationID: hasMetadata ? row.correlationID : nil,
                    causationID: hasMetadata ? row.causationID : nil, commandID: hasMetadata ? row.commandID : nil,
                    isIntact: isIntact, payload: payload, metadata: metadata)
                return try visit(event)
            }
        }
    }
}

extension EventRow {
    /// Copies a borrowed event.
    init(copying event: borrowing StoredEvent) {
        persistenceID = event.persistenceID
        position = event.position
        isIntact = event.isIntact
        row = EventLog.Row(
            stream: 0, sequenceNumber: event.sequenceNumber, type: event.type, schemaVersion: event.schemaVersion,
            timestamp: event.timestamp, writer: event.writer, epoch: event.epoch, correlationID: event.correlationID,
            causationID: event.causationID, commandID: event.commandID, payload: event.payload,
            metadata: event.metadata)
    }
}
