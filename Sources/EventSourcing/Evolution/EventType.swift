/// A row of an event registry: one case with its logical name.
public struct EventType<Event: Sendable>: Sendable {
    /// The name that is stored.
    public let name: String
    /// The names under which earlier versions of the program stored it; they are read and never written.
    public let formerNames: [String]
    /// The version of the payload's schema, from 1.
    public let version: Int
    let upcasters: UpcasterChain
    let encode: @Sendable (Event, JSONCodec) throws -> [UInt8]?
    let decode: @Sendable (UnsafeRawBufferPointer, JSONCodec) throws -> Event

    /// Names a case.
    ///
    ///     EventType("ItemAdded", embed: OrderEvent.itemAdded) { if case .itemAdded(let payload) = $0 { payload } else { nil } }
    ///
    /// - Parameters:
    ///   - name: the logical name; renaming the Swift type changes nothing in the store.
    ///   - formerNames: logical names it had before.
    ///   - version: the version of `Payload`'s schema, from 1; raise it with every change that old payloads do not fit.
    ///   - upcasters: how older payloads become newer ones, one step for each version up to this one; the oldest
    ///     versions may be left out, and are then unknown.
    ///   - embed: makes the event of a payload.
    ///   - extract: the payload of an event, nil for the events of other rows.
    public init<Payload: Codable & Sendable>(
        _ name: String, formerly formerNames: [String] = [], version: Int = 1, upcasters: [Upcaster] = [],
        embed: @escaping @Sendable (Payload) -> Event, extract: @escaping @Sendable (Event) -> Payload?
    ) {
        self.name = name
        self.formerNames = formerNames
        self.version = version
        self.upcasters = UpcasterChain(upcasters, of: name, upTo: version)
        encode = { event, codec in try extract(event).map { try codec.encode($0) } }
        decode = { bytes, codec in embed(try codec.decode(Payload.self, from: bytes)) }
    }
}

extension EventType where Event: Codable {
    /// Names the only event of a family that has one, where the family is the payload itself.
    public init(
        _ name: String, formerly formerNames: [String] = [], version: Int = 1, upcasters: [Upcaster] = [],
        of type: Event.Type = Event.self
    ) {
        self.init(
            name, formerly: formerNames, version: version, upcasters: upcasters, embed: { $0 }, extract: { $0 })
    }
}
