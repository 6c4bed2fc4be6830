internal import Actors
internal import EventSourcing

/// An event as its row holds it, with the part of its checksum that does not depend on its place.
///
/// Made by the one who appends, before the connection is taken.
struct EncodedEvent: Sendable {
    let type: String
    let schemaVersion: Int
    let timestamp: Timestamp
    let correlationID: ULID?
    let causationID: ULID?
    let commandID: ULID?
    let payload: [UInt8]
    let metadata: [UInt8]
    let checksum: EventChecksum

    /// The most that a payload with its metadata may have: readers for looking load no row above 64 MiB.
    static let largest = 48 << 20

    /// Throws `StoreError.invalid` for a payload that is too large to be read again.
    static func requirePayload(_ size: Int, of id: PersistenceID? = nil) throws {
        guard size <= largest else {
            throw StoreError(.invalid, stream: id, detail: "a payload has at most \(largest) bytes")
        }
    }

    /// Encodes an event.
    ///
    /// Throws `StoreError.invalid` when it is too large, or nested too deep, to be read again.
    init(_ event: NewEvent, of id: PersistenceID, streamDigest: UInt64, writer: WriterID) throws {
        try event.metadata.requireStorable(of: id)
        var metadata: [UInt8] = []
        if !event.metadata.values.isEmpty { JSONValue.object(event.metadata.values).write(into: &metadata) }
        guard event.payload.count + metadata.count <= Self.largest, event.type.utf8.count <= 1 << 16 else {
            throw StoreError(
                .invalid, stream: id,
                detail: "an event has at most \(Self.largest) bytes, and a type's name at most \(1 << 16)")
        }
        type = event.type
        schemaVersion = event.schemaVersion
        timestamp = event.timestamp
        correlationID = event.metadata.correlationID
        causationID = event.metadata.causationID
        commandID = event.metadata.commandID
        payload = event.payload
        self.metadata = metadata
        checksum = event.payload.withUnsafeBytes { payload in
            metadata.withUnsafeBytes { metadata in
                EventChecksum(
                    streamDigest: streamDigest, typeDigest: EventChecksum.digest(event.type),
                    schemaVersion: event.schemaVersion, timestamp: event.timestamp, writer: writer,
                    correlationID: event.metadata.correlationID, causationID: event.metadata.causationID,
                    commandID: event.metadata.commandID, payload: payload, metadata: metadata)
            }
        }
    }
}
