public import EventSourcing

/// An event as a reaction sees it; the fields of its payload can be read off it.
@dynamicMemberLookup
public struct ReactionEvent<Payload: Sendable>: Sendable {
    /// The stream that it stands in.
    public let stream: PersistenceID
    /// Its number in the stream, from 1.
    public let sequenceNumber: Int64
    /// Its place in the whole store, from 1.
    public let position: Int64
    /// Its type's logical name, as stored.
    public let type: String
    /// When it happened: UTC, microseconds.
    public let timestamp: Timestamp
    /// The event itself.
    public let payload: Payload
    /// Shared along the whole chain that it belongs to; nil where it belongs to none.
    public let correlationID: ULID?
    /// The action or command that it came of; nil where it has no id.
    public let commandID: ULID?
    /// Whose call this is; what is done `reactingTo` the event is done under its claim, and once.
    @usableFromInline let call: ReactionCall?

    @inlinable
    init(
        stream: PersistenceID, sequenceNumber: Int64, position: Int64, type: String, timestamp: Timestamp,
        payload: Payload, correlationID: ULID?, commandID: ULID?, call: ReactionCall?
    ) {
        self.stream = stream
        self.sequenceNumber = sequenceNumber
        self.position = position
        self.type = type
        self.timestamp = timestamp
        self.payload = payload
        self.correlationID = correlationID
        self.commandID = commandID
        self.call = call
    }

    /// A field of the payload.
    @inlinable
    public subscript<Value>(dynamicMember field: KeyPath<Payload, Value>) -> Value { payload[keyPath: field] }
}

/// A stored event with its payload decoded, whatever its type.
struct HeardEvent: Sendable {
    /// The event without its bytes.
    let record: RecordedEvent
    let payload: any Sendable
    let call: ReactionCall?

    /// What it is to each of several that hear it; nil where one does.
    private var several: [any Sendable]? { (payload as? SeveralPayloads)?.payloads }

    /// Whether a reaction is for a payload that it has.
    func isFor(_ reaction: Reaction) -> Bool { several?.contains(where: reaction.fits) ?? reaction.fits(payload) }

    /// The event for a reaction to this type of payload; nil for another type.
    func typed<Payload: Sendable>(_ type: Payload.Type) -> ReactionEvent<Payload>? {
        guard let payload = payload as? Payload ?? several?.lazy.compactMap({ $0 as? Payload }).first else {
            return nil
        }
        return ReactionEvent(
            stream: record.persistenceID, sequenceNumber: record.sequenceNumber, position: record.position,
            type: record.type, timestamp: record.timestamp, payload: payload, correlationID: record.correlationID,
            commandID: record.commandID, call: call)
    }
}

/// What one event is to several that hear it, each in its own way.
private struct SeveralPayloads: Sendable {
    let payloads: [any Sendable]
}

extension HeardEvents {
    /// Both, of events that are stored under one name.
    func and(_ other: HeardEvents) -> HeardEvents {
        HeardEvents(
            entityType: entityType, payload: payload, payloadName: payloadName, names: names,
            decode: { type, version, bytes in
                guard let first = try decode(type, version, bytes) else {
                    return try other.decode(type, version, bytes)
                }
                guard let second = try other.decode(type, version, bytes) else { return first }
                return SeveralPayloads(payloads: ((first as? SeveralPayloads)?.payloads ?? [first]) + [second])
            }, decoder: decoder)
    }
}
