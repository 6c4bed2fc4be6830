public import Actors

/// An event copied out of a store, with its global position.
public struct RecordedEvent: Hashable, Sendable {
    /// Its place in the whole store, from 1.
    public var position: Int64
    /// The stream.
    public var persistenceID: PersistenceID
    /// Its number in the stream, from 1.
    public var sequenceNumber: Int64
    /// The type's logical name.
    public var type: String
    /// The version of the payload's schema.
    public var schemaVersion: Int
    /// When it happened: UTC, microseconds.
    public var timestamp: Timestamp
    /// Who wrote it.
    public var writer: WriterID
    /// The writer's epoch; 0 in histories that have none.
    public var epoch: Int64
    /// Shared along a whole chain; nil also where it was not asked for.
    public var correlationID: ULID?
    /// What triggered the event; nil also where it was not asked for.
    public var causationID: ULID?
    /// The command's id; nil also where it was not asked for.
    public var commandID: ULID?
    /// Whether the stored checksum fits the stored fields; true where it was not asked for.
    public var isIntact: Bool
    /// The encoded event; empty where it was not asked for.
    public var payload: [UInt8]
    /// The user's metadata as the JSON text of an object; empty where there are none, or they were not asked for.
    public var metadata: [UInt8]

    /// Copies a borrowed event.
    public init(_ event: borrowing StoredEvent) {
        self.init(withoutBytes: event)
        payload = event.payload
        metadata = event.metadata
    }

    /// Copies a borrowed event without its bytes.
    package init(withoutBytes event: borrowing StoredEvent) {
        position = event.position
        persistenceID = event.persistenceID
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
        payload = []
        metadata = []
    }
}

extension RecordedEvent {
    /// Describes an event that was just appended, without its bytes.
    package init(
        _ event: NewEvent, of id: PersistenceID, number: Int64, position: Int64, by writer: WriterID, epoch: Int64
    ) {
        self.position = position
        persistenceID = id
        sequenceNumber = number
        type = event.type
        schemaVersion = event.schemaVersion
        timestamp = event.timestamp
        self.writer = writer
        self.epoch = epoch
        correlationID = event.metadata.correlationID
        causationID = event.metadata.causationID
        commandID = event.metadata.commandID
        isIntact = true
        payload = []
        metadata = []
    }
}

extension RecordedEvent: CustomStringConvertible {
    /// Where it stands and who wrote it, without the payload, which is never part of a message.
    public var description: String {
        "\(persistenceID) #\(sequenceNumber) at \(position) by \(writer) at epoch \(epoch)"
    }
}
