public import Actors

/// An event on its way into a store, encoded; the store numbers it.
public struct NewEvent: Hashable, Sendable {
    /// The type's logical name.
    public var type: String
    /// The version of the payload's schema.
    public var schemaVersion: Int
    /// The encoded event; the store does not look into it.
    public var payload: [UInt8]
    /// Where it comes from.
    public var metadata: Metadata
    /// When it happened: UTC, microseconds.
    public var timestamp: Timestamp

    /// Describes an event to append.
    public init(
        type: String, schemaVersion: Int = 1, payload: [UInt8], metadata: Metadata = Metadata(), timestamp: Timestamp
    ) {
        self.type = type
        self.schemaVersion = schemaVersion
        self.payload = payload
        self.metadata = metadata
        self.timestamp = timestamp
    }
}

/// An event of a history that is taken over as it is: with its number, its writer and its epoch.
public struct ImportedEvent: Hashable, Sendable {
    /// The stream it belongs to.
    public var persistenceID: PersistenceID
    /// Its number in that stream, above every number that is there already.
    public var sequenceNumber: Int64
    /// The event.
    public var event: NewEvent
    /// Who wrote it.
    public var writer: WriterID
    /// The writer's epoch; 0 where the history has none.
    public var epoch: Int64

    /// Describes an event to import.
    public init(
        persistenceID: PersistenceID, sequenceNumber: Int64, event: NewEvent, writer: WriterID, epoch: Int64 = 0
    ) {
        self.persistenceID = persistenceID
        self.sequenceNumber = sequenceNumber
        self.event = event
        self.writer = writer
        self.epoch = epoch
    }
}
