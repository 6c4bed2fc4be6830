public import Actors

/// An event with everything that is known about it, as its entity sees it.
public struct EventEnvelope<Event: Sendable>: Sendable {
    /// The stream that the event stands in.
    public let persistenceID: PersistenceID
    /// Its number in the stream, from 1.
    public let sequenceNumber: Int64
    /// The event itself.
    public let event: Event
    /// Its type's logical name, as stored.
    public let type: String
    /// The version of the schema it was written with.
    public let schemaVersion: Int
    /// When it was written: UTC, microseconds.
    public let timestamp: Timestamp
    /// Who wrote it.
    public let writer: WriterID
    /// The writer's epoch in this stream; 0 in histories that have none.
    public let epoch: Int64
    /// Where it came from.
    public let metadata: Metadata

    /// Wraps an event.
    public init(
        persistenceID: PersistenceID, sequenceNumber: Int64, event: Event, type: String, schemaVersion: Int = 1,
        timestamp: Timestamp, writer: WriterID, epoch: Int64 = 0, metadata: Metadata = Metadata()
    ) {
        self.persistenceID = persistenceID
        self.sequenceNumber = sequenceNumber
        self.event = event
        self.type = type
        self.schemaVersion = schemaVersion
        self.timestamp = timestamp
        self.writer = writer
        self.epoch = epoch
        self.metadata = metadata
    }

    /// The same envelope with these metadata merged in; the right side wins.
    public func withMetadata(_ more: Metadata) -> Self {
        Self(
            persistenceID: persistenceID, sequenceNumber: sequenceNumber, event: event, type: type,
            schemaVersion: schemaVersion, timestamp: timestamp, writer: writer, epoch: epoch,
            metadata: metadata.merging(more))
    }
}
