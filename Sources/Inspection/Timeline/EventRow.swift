public import Actors
public import EventSourcing

/// One event as a line of a timeline: all that is known without decoding its payload.
///
/// Its texts come from the store as they are; they are made safe where they are drawn.
public struct EventRow: Hashable, Sendable {
    /// The event's stream.
    public var persistenceID: PersistenceID
    /// Its global position.
    public var position: Int64
    /// Its number in the stream.
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
    /// The payload in one short line, as in `sku=tea qty=2`.
    public var summary: String
    /// How many bytes the payload has.
    public var payloadSize: Int
    /// What is wrong with the event, as a clause; nil for a sound one.
    public var problem: String?

    /// Describes a line.
    public init(
        persistenceID: PersistenceID, position: Int64, sequenceNumber: Int64, type: String, schemaVersion: Int = 1,
        timestamp: Timestamp, writer: WriterID, epoch: Int64, summary: String, payloadSize: Int, problem: String? = nil
    ) {
        self.persistenceID = persistenceID
        self.position = position
        self.sequenceNumber = sequenceNumber
        self.type = type
        self.schemaVersion = schemaVersion
        self.timestamp = timestamp
        self.writer = writer
        self.epoch = epoch
        self.summary = summary
        self.payloadSize = payloadSize
        self.problem = problem
    }
}

/// One event in full: its line, its payload and its metadata.
public struct EventDetail: Hashable, Sendable {
    /// The event's line.
    public var row: EventRow
    /// The payload as a tree, or why it is none.
    public var payload: Content
    /// The user's metadata; empty where there are none.
    public var metadata: JSONObject
    /// Shared along a whole chain.
    public var correlationID: ULID?
    /// What triggered the event.
    public var causationID: ULID?
    /// The command's id.
    public var commandID: ULID?

    /// A payload that was read.
    public enum Content: Hashable, Sendable {
        /// It is JSON.
        case tree(JSONValue)
        /// It is not: why, and its first bytes as text.
        case unreadable(reason: String, beginning: [UInt8])
    }

    /// Describes an event.
    public init(
        row: EventRow, payload: Content, metadata: JSONObject = [:], correlationID: ULID? = nil,
        causationID: ULID? = nil, commandID: ULID? = nil
    ) {
        self.row = row
        self.payload = payload
        self.metadata = metadata
        self.correlationID = correlationID
        self.causationID = causationID
        self.commandID = commandID
    }
}
