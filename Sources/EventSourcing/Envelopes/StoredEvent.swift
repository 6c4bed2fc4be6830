public import Actors

/// A stored event as a store hands it out: borrowed, and valid only while its visitor runs.
///
/// The payload is not copied out of the store's own memory; `withPayload` lends it, `payload` copies it.
public struct StoredEvent: ~Copyable {
    /// The stream the event stands in.
    public let persistenceID: PersistenceID
    /// Its global position, from 1, rising in commit order.
    public let position: Int64
    /// Its number in the stream, from 1.
    public let sequenceNumber: Int64
    /// The type's logical name.
    public let type: String
    /// The version of the payload's schema.
    public let schemaVersion: Int
    /// When it happened: UTC, microseconds.
    public let timestamp: Timestamp
    /// Who wrote it.
    public let writer: WriterID
    /// The writer's epoch; 0 in histories that have none.
    public let epoch: Int64
    /// Shared along a whole chain; nil also where the reader was not asked for it.
    public let correlationID: ULID?
    /// What triggered the event; nil also where the reader was not asked for it.
    public let causationID: ULID?
    /// The command's id; nil also where the reader was not asked for it.
    public let commandID: ULID?
    /// Whether the stored checksum fits the stored fields; true where the reader was not asked to check.
    public let isIntact: Bool

    // Both point into memory that the store owns until the visitor returns; a `StoredEvent` can't be copied out of it.
    let payloadBytes: UnsafeRawBufferPointer
    private let metadataBytes: UnsafeRawBufferPointer

    /// Wraps a row; `payload` and `metadata` must stay valid until the visitor has returned.
    public init(
        persistenceID: PersistenceID, position: Int64, sequenceNumber: Int64, type: String, schemaVersion: Int,
        timestamp: Timestamp, writer: WriterID, epoch: Int64, correlationID: ULID?, causationID: ULID?,
        commandID: ULID?, isIntact: Bool, payload: UnsafeRawBufferPointer, metadata: UnsafeRawBufferPointer
    ) {
        self.persistenceID = persistenceID
        self.position = position
        self.sequenceNumber = sequenceNumber
        self.type = type
        self.schemaVersion = schemaVersion
        self.timestamp = timestamp
        self.writer = writer
        self.epoch = epoch
        self.correlationID = correlationID
        self.causationID = causationID
        self.commandID = commandID
        self.isIntact = isIntact
        payloadBytes = payload
        metadataBytes = metadata
    }

    /// How many bytes the payload has.
    public var payloadSize: Int { payloadBytes.count }

    /// Lends the payload without copying it.
    public func withPayload<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try body(payloadBytes)
    }

    /// A copy of the payload.
    public var payload: [UInt8] { Array(payloadBytes) }

    /// Lends the user's metadata, a JSON object; empty where there are none.
    public func withMetadata<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try body(metadataBytes)
    }

    /// A copy of the user's metadata as the JSON text of an object; empty where there are none.
    public var metadata: [UInt8] { Array(metadataBytes) }
}

/// The parts of a stored event that a reader asks for beyond its numbers, type, time, writer and epoch.
public struct EventFields: OptionSet, Sendable {
    public let rawValue: Int
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// The encoded event.
    public static let payload = EventFields(rawValue: 1)
    /// The user's metadata and the three ids.
    public static let metadata = EventFields(rawValue: 2)
    /// Reads everything and checks it against the stored checksum.
    public static let checked = EventFields(rawValue: 7)

    /// Everything.
    public static let all: EventFields = [.payload, .metadata, .checked]
}

/// Whether a visitor wants the next row.
public enum Visit: Sendable {
    case next
    case stop
}
