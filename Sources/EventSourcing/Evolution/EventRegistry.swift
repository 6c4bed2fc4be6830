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
    /// Throws `EventRegistryError` when there is no row, a name is empty or stands twice, a version is below 1, or the
    /// upcasters of a row are not a chain up to its version.
    public init(_ rows: EventType<Event>...) throws(EventRegistryError) {
        if rows.isEmpty { throw .empty }
        table = try EventNames(
            rows.map { EventNames.Row(name: $0.name, formerNames: $0.formerNames, version: $0.version) })
        for row in rows { try row.upcasters.check() }
        self.rows = rows
    }

    /// The logical names under which events are written now, in the order of the rows.
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

    /// Decodes a payload by its logical name and version; an older version goes through the row's upcasters first.
    ///
    /// Throws `EventCodingError` when the name or the version is unknown or the payload can't be decoded.
    public func decode(
        type: String, version: Int, payload: UnsafeRawBufferPointer
    ) throws(EventCodingError) -> Event {
        guard let index = table.row(of: type, version: version) else {
            return try decodeOlder(type: type, version: version, payload: payload)
        }
        return try decode(rows[index], type: type, version: version, payload: payload)
    }

    private func decode(
        _ row: EventType<Event>, type: String, version: Int, payload: UnsafeRawBufferPointer
    ) throws(EventCodingError) -> Event {
        do {
            return try row.decode(payload, codec)
        } catch {
            throw EventCodingError(
                type: type, version: version, problem: .decoding("\(error)"),
                byteOffset: (error as? CodecError)?.offset)
        }
    }

    /// Decodes what was written under a former name or by an earlier version of the program.
    @inline(never)
    private func decodeOlder(
        type: String, version: Int, payload: UnsafeRawBufferPointer
    ) throws(EventCodingError) -> Event {
        let row = rows[try table.anyRow(of: type, version: version)]
        guard version != row.version else { return try decode(row, type: type, version: version, payload: payload) }
        guard row.upcasters.reach(version) else {
            throw EventCodingError(type: type, version: version, problem: .unknownVersion(known: row.version))
        }
        let current = try row.upcasters.raise(payload, from: version, type: type, codec)
        do {
            return try current.withUnsafeBytes { try row.decode($0, codec) }
        } catch {
            // The byte would be one of the raised payload, which stands nowhere.
            let reason = (error as? CodecError)?.withoutOffset.description ?? "\(error)"
            throw EventCodingError(
                type: type, version: version, problem: .decodingRaised(to: row.version, reason))
        }
    }
}
