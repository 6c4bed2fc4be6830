/// Which events an entity has, and under which logical names they are stored.
///
/// An event family is an enum whose cases each carry one `Codable` struct; the registry has a row for each case. On disk
/// stand the row's name and the struct's own JSON, never Swift's names.
public struct EventRegistry<Event: Sendable>: Sendable {
    private let rows: [EventType<Event>]
    private let table: EventNames
    private let codec = JSONCodec()

    /// Takes a row for each case.
    ///
    /// Throws `EventRegistryError` when there is no row, a name is empty or stands twice, or a version is below 1.
    public init(_ rows: EventType<Event>...) throws(EventRegistryError) {
        if rows.isEmpty { throw .empty }
        table = try EventNames(rows.map { ($0.name, $0.version) })
        self.rows = rows
    }

    /// The logical names, in the order of the rows.
    public var names: [String] { table.names }

    /// Encodes an event; throws `EventCodingError` when no row takes it or its payload can't be encoded.
    public func encode(_ event: Event) throws(EventCodingError) -> (type: String, version: Int, payload: [UInt8]) {
        for row in rows {
            do {
                if let payload = try row.encode(event, codec) { return (row.name, row.version, payload) }
            } catch {
                throw EventCodingError(type: row.name, version: row.version, problem: .encoding("\(error)"))
            }
        }
        throw EventCodingError(type: "\(Swift.type(of: event))", version: 0, problem: .noRow)
    }

    /// Decodes a payload by its logical name and version.
    ///
    /// Throws `EventCodingError` when the name or the version is unknown or the payload can't be decoded.
    public func decode(
        type: String, version: Int, payload: UnsafeRawBufferPointer
    ) throws(EventCodingError) -> Event {
        let index = try table.row(of: type, version: version)
        do {
            return try rows[index].decode(payload, codec)
        } catch {
            throw EventCodingError(type: type, version: version, problem: .decoding("\(error)"))
        }
    }
}

/// The names and versions of a registry's rows, apart from its types, so that looking one up is the same code for all.
private struct EventNames: Sendable {
    let names: [String]
    private let versions: [Int]
    private let byName: [String: Int]

    init(_ rows: [(name: String, version: Int)]) throws(EventRegistryError) {
        var byName: [String: Int] = [:]
        for (index, row) in rows.enumerated() {
            if row.name.isEmpty { throw .emptyName }
            if row.version < 1 { throw .version(name: row.name, version: row.version) }
            if byName.updateValue(index, forKey: row.name) != nil { throw .duplicate(name: row.name) }
        }
        names = rows.map(\.name)
        versions = rows.map(\.version)
        self.byName = byName
    }

    func row(of name: String, version: Int) throws(EventCodingError) -> Int {
        // In a few names the search is quicker than the hash of one.
        guard let index = names.count <= 8 ? names.firstIndex(of: name) : byName[name] else {
            throw EventCodingError(type: name, version: version, problem: .unknownType)
        }
        guard version == versions[index] else {
            throw EventCodingError(type: name, version: version, problem: .unknownVersion(known: versions[index]))
        }
        return index
    }
}

/// A row of an event registry: one case with its logical name.
public struct EventType<Event: Sendable>: Sendable {
    /// The name that is stored.
    public let name: String
    /// The version of the payload's schema, from 1.
    public let version: Int
    let encode: @Sendable (Event, JSONCodec) throws -> [UInt8]?
    let decode: @Sendable (UnsafeRawBufferPointer, JSONCodec) throws -> Event

    /// Names a case.
    ///
    ///     EventType("ItemAdded", embed: OrderEvent.itemAdded) { if case .itemAdded(let payload) = $0 { payload } else { nil } }
    public init<Payload: Codable & Sendable>(
        _ name: String, version: Int = 1, embed: @escaping @Sendable (Payload) -> Event,
        extract: @escaping @Sendable (Event) -> Payload?
    ) {
        self.name = name
        self.version = version
        encode = { event, codec in try extract(event).map { try codec.encode($0) } }
        decode = { bytes, codec in embed(try codec.decode(Payload.self, from: bytes)) }
    }
}

extension EventType where Event: Codable {
    /// Names the only event of a family that has one, where the family is the payload itself.
    public init(_ name: String, version: Int = 1, of type: Event.Type = Event.self) {
        self.init(name, version: version, embed: { $0 }, extract: { $0 })
    }
}

/// Why an event registry could not be built.
public enum EventRegistryError: Error, Hashable, CustomStringConvertible {
    case empty
    case emptyName
    case duplicate(name: String)
    case version(name: String, version: Int)

    /// A sentence that says what is wrong.
    public var description: String {
        switch self {
        case .empty: "An event registry needs at least one event type"
        case .emptyName: "An event type needs a logical name"
        case .duplicate(let name): "The event type \(name) stands twice in one registry"
        case .version(let name, let version): "The event type \(name) has version \(version), and versions begin at 1"
        }
    }
}

/// Why an event could not be encoded or decoded; the payload is not part of it.
public struct EventCodingError: Error, Hashable, CustomStringConvertible {
    /// The closed set of reasons.
    public enum Problem: Hashable, Sendable {
        case noRow
        case unknownType
        case unknownVersion(known: Int)
        case encoding(String)
        case decoding(String)
    }

    /// The event type's logical name.
    public var type: String
    /// The version it was stored with, or is to be.
    public var version: Int
    /// What is wrong.
    public var problem: Problem

    /// A sentence that says what is wrong.
    public var description: String {
        switch problem {
        case .noRow: "no row of the registry takes this \(type); add one for its case"
        case .unknownType: "the event type \(type) is unknown"
        case .unknownVersion(let known): "\(type) is stored with version \(version), and this program knows \(known)"
        case .encoding(let reason): "\(type) could not be encoded: \(reason)"
        case .decoding(let reason): "\(type) version \(version) could not be decoded: \(reason)"
        }
    }
}
