/// A row of an event registry: one case with its logical name.
public struct EventType<Event: Sendable>: Sendable {
    /// The name that is stored.
    public let name: String
    /// The names under which earlier versions of the program stored it; they are read and never written.
    public let formerNames: [String]
    /// The version of the payload's schema, from 1.
    public let version: Int
    let upcasters: UpcasterChain
    let coding: EventCoding<Event>

    /// Names a case.
    ///
    ///     EventType("ItemAdded", embed: OrderEvent.itemAdded) { if case .itemAdded(let payload) = $0 { payload } else { nil } }
    ///
    /// - Parameters:
    ///   - name: the logical name; renaming the Swift type changes nothing in the store.
    ///   - formerNames: logical names it had before.
    ///   - version: the version of `Payload`'s schema, from 1; raise it with every change that old payloads do not fit.
    ///   - oldest: the oldest version that was ever stored; a type may begin above 1. What is older is unknown.
    ///   - upcasters: how older payloads become newer ones: one step for each version from the oldest up to this one.
    ///   - embed: makes the event of a payload.
    ///   - extract: the payload of an event, nil for the events of other rows.
    public init<Payload: Codable & Sendable>(
        _ name: String, formerly formerNames: [String] = [], version: Int = 1, since oldest: Int = 1,
        upcasters: [Upcaster] = [],
        embed: @escaping @Sendable (Payload) -> Event, extract: @escaping @Sendable (Event) -> Payload?
    ) {
        self.init(
            name, formerNames, version, oldest, upcasters,
            EventCoding(
                encode: { event, codec in
                    guard let payload = extract(event) else { return nil }
                    return try codec.encode(payload)
                },
                decode: { bytes, codec in embed(try codec.decode(Payload.self, from: bytes)) }))
    }

    /// Names a case whose payload reads and writes its own JSON; all else is as with `Codable`.
    public init<Payload: JSONPayload>(
        _ name: String, formerly formerNames: [String] = [], version: Int = 1, since oldest: Int = 1,
        upcasters: [Upcaster] = [],
        embed: @escaping @Sendable (Payload) -> Event, extract: @escaping @Sendable (Event) -> Payload?
    ) {
        self.init(
            name, formerNames, version, oldest, upcasters,
            EventCoding(
                encode: { event, codec in
                    guard let payload = extract(event) else { return nil }
                    return try codec.encode(fieldsOf: payload)
                },
                decode: { bytes, codec in embed(try codec.decode(fieldsOf: Payload.self, from: bytes)) }))
    }

    /// Names a case whose payloads are written and read by closures; `encode` answers nil for the events of other rows.
    @usableFromInline
    package init(
        _ name: String, formerly formerNames: [String],
        encode: @escaping @Sendable (Event) throws -> [UInt8]?,
        decode: @escaping @Sendable (UnsafeRawBufferPointer) throws -> Event
    ) {
        self.init(
            name, formerNames, 1, 1, [],
            EventCoding(encode: { event, _ in try encode(event) }, decode: { bytes, _ in try decode(bytes) }))
    }

    private init(
        _ name: String, _ formerNames: [String], _ version: Int, _ oldest: Int, _ upcasters: [Upcaster],
        _ coding: EventCoding<Event>
    ) {
        self.name = name
        self.formerNames = formerNames
        self.version = version
        self.upcasters = UpcasterChain(upcasters, of: name, from: oldest, upTo: version)
        self.coding = coding
    }

    private init(_ other: EventType, coding: EventCoding<Event>) {
        (name, formerNames, version, upcasters) = (other.name, other.formerNames, other.version, other.upcasters)
        self.coding = coding
    }

    /// A copy whose payloads are written and read in another way.
    func withCoding(_ coding: EventCoding<Event>) -> EventType { EventType(self, coding: coding) }
}

/// How the payloads of one row are written and read.
///
/// An object, so that whoever goes through a long history passes one pointer along for each event.
final class EventCoding<Event: Sendable>: Sendable {
    /// The payload's bytes; nil for the events of other rows.
    let encode: @Sendable (Event, JSONCodec) throws -> [UInt8]?
    let decode: @Sendable (UnsafeRawBufferPointer, JSONCodec) throws -> Event

    init(
        encode: @escaping @Sendable (Event, JSONCodec) throws -> [UInt8]?,
        decode: @escaping @Sendable (UnsafeRawBufferPointer, JSONCodec) throws -> Event
    ) {
        self.encode = encode
        self.decode = decode
    }
}

extension EventType where Event: Equatable {
    /// Names a case that carries nothing; its payload is an object without fields.
    ///
    ///     EventType("Cancelled", .cancelled)
    public init(
        _ name: String, formerly formerNames: [String] = [], version: Int = 1, since oldest: Int = 1,
        upcasters: [Upcaster] = [], _ event: Event
    ) {
        self.init(
            name, formerNames, version, oldest, upcasters,
            EventCoding(
                encode: { other, _ in other == event ? NoFields.text : nil },
                decode: { bytes, codec in
                    // Anything else is read, so that what is no object is told.
                    if !NoFields.isPlain(bytes) { _ = try codec.decode(NoFields.self, from: bytes) }
                    return event
                }))
    }
}

/// The payload of a case that carries nothing.
private struct NoFields: Codable {
    static let text = Array("{}".utf8)

    static func isPlain(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.count == 2 && bytes[0] == UInt8(ascii: "{") && bytes[1] == UInt8(ascii: "}")
    }
}

extension EventType where Event: Codable {
    /// Names the only event of a family that has one, where the family is the payload itself.
    public init(
        _ name: String, formerly formerNames: [String] = [], version: Int = 1, since oldest: Int = 1,
        upcasters: [Upcaster] = [],
        of type: Event.Type = Event.self
    ) {
        self.init(
            name, formerNames, version, oldest, upcasters,
            EventCoding(
                encode: { event, codec in try codec.encode(event) },
                decode: { bytes, codec in try codec.decode(Event.self, from: bytes) }))
    }
}

extension EventType where Event: JSONPayload {
    /// Names the only event of a family that has one, where the family is the payload itself and reads and writes itself.
    public init(
        _ name: String, formerly formerNames: [String] = [], version: Int = 1, since oldest: Int = 1,
        upcasters: [Upcaster] = [],
        of type: Event.Type = Event.self
    ) {
        self.init(
            name, formerNames, version, oldest, upcasters,
            EventCoding(
                encode: { event, codec in try codec.encode(fieldsOf: event) },
                decode: { bytes, codec in try codec.decode(fieldsOf: Event.self, from: bytes) }))
    }
}
