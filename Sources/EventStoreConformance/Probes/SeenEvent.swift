import Actors
import EventSourcing

/// Everything that a store said of one event, copied so that it can be compared.
struct SeenEvent: Hashable, Sendable, CustomStringConvertible {
    var persistenceID: PersistenceID
    var position: Int64
    var sequenceNumber: Int64
    var type: String
    var schemaVersion: Int
    var timestamp: Timestamp
    var writer: WriterID
    var epoch: Int64
    var correlationID: ULID?
    var causationID: ULID?
    var commandID: ULID?
    var isIntact: Bool
    var payload: [UInt8]
    var metadata: [UInt8]

    init(_ event: borrowing StoredEvent) {
        persistenceID = event.persistenceID
        position = event.position
        sequenceNumber = event.sequenceNumber
        type = event.type
        schemaVersion = event.schemaVersion
        timestamp = event.timestamp
        writer = event.writer
        epoch = event.epoch
        correlationID = event.correlationID
        causationID = event.causationID
        commandID = event.commandID
        isIntact = event.isIntact
        payload = event.payload
        metadata = event.metadata
    }

    /// Whose payload it is, read as text: the cases write short texts.
    var text: String { String(decoding: payload, as: UTF8.self) }

    /// Without the payload, which is never part of a message.
    var description: String { "\(persistenceID) #\(sequenceNumber) at \(position) by \(writer) at epoch \(epoch)" }
}
