/// The rows of a registry, shared by all its copies.
///
/// An object, because the methods of an object know its type; those of a generic struct have it looked up at each call,
/// which takes as long as decoding a field.
final class EventTable<Event: Sendable>: Sendable {
    let names: EventNames
    let rows: [EventType<Event>]
    private let codec = JSONCodec()
    /// The `EventCoding<Event>` of each row. Their type is left out for the same reason.
    private let codings: [any AnyObject & Sendable]

    init(_ rows: [EventType<Event>]) throws(EventRegistryError) {
        if rows.isEmpty { throw .empty }
        names = try EventNames(
            rows.map { EventNames.Row(name: $0.name, formerNames: $0.formerNames, version: $0.version) })
        for row in rows { try row.upcasters.check() }
        self.rows = rows
        codings = rows.map(\.coding)
    }

    @inline(__always)
    private func coding(_ row: Int) -> EventCoding<Event> {
        // Sound: the array was filled with nothing else.
        unsafeDowncast(codings[row], to: EventCoding<Event>.self)
    }

    /// Encodes an event; throws `EventCodingError` when no row takes it or its payload can't be encoded.
    func encode(_ event: Event) throws(EventCodingError) -> (type: String, version: Int, payload: [UInt8]) {
        for row in codings.indices {
            if let payload = try payload(of: event, at: row) { return (names.names[row], names.versions[row], payload) }
        }
        throw EventCodingError(type: "\(Swift.type(of: event))", version: 0, problem: .noRow)
    }

    /// Encodes an event whose row is known; throws as where it is not.
    func encode(
        _ event: Event, at row: Int
    ) throws(EventCodingError) -> (type: String, version: Int, payload: [UInt8]) {
        guard let payload = try payload(of: event, at: row) else { return try encode(event) }
        return (names.names[row], names.versions[row], payload)
    }

    @inline(__always)
    private func payload(of event: Event, at row: Int) throws(EventCodingError) -> [UInt8]? {
        do {
            return try coding(row).encode(event, codec)
        } catch {
            throw EventCodingError(
                type: names.names[row], version: names.versions[row], problem: .encoding("\(error)"))
        }
    }

    /// Decodes a payload by its logical name and version; an older version goes through the row's upcasters first.
    ///
    /// Throws `EventCodingError` when the name or the version is unknown or the payload can't be decoded.
    func decode(
        type: String, version: Int, payload: UnsafeRawBufferPointer
    ) throws(EventCodingError) -> Event {
        guard let index = names.row(of: type, version: version) else {
            return try decodeOlder(type: type, version: version, payload: payload)
        }
        return try decode(index, type: type, version: version, payload: payload)
    }

    /// Decodes a payload of version 1, by a row that is known where that is its present version.
    func decode(
        type: String, payload: UnsafeRawBufferPointer, at row: Int
    ) throws(EventCodingError) -> Event {
        guard names.versions[row] == 1 else { return try decode(type: type, version: 1, payload: payload) }
        return try decode(row, type: type, version: 1, payload: payload)
    }

    @inline(__always)
    private func decode(
        _ row: Int, type: String, version: Int, payload: UnsafeRawBufferPointer
    ) throws(EventCodingError) -> Event {
        do {
            return try coding(row).decode(payload, codec)
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
        let index = try names.anyRow(of: type, version: version)
        let row = rows[index]
        guard version != row.version else { return try decode(index, type: type, version: version, payload: payload) }
        guard row.upcasters.reach(version) else {
            throw EventCodingError(type: type, version: version, problem: .unknownVersion(known: row.version))
        }
        let current = try row.upcasters.raise(payload, from: version, type: type, codec)
        do {
            return try current.withUnsafeBytes { try row.coding.decode($0, codec) }
        } catch {
            // The byte would be one of the raised payload, which stands nowhere.
            let reason = (error as? CodecError)?.withoutOffset.description ?? "\(error)"
            throw EventCodingError(
                type: type, version: version, problem: .decodingRaised(to: row.version, reason))
        }
    }
}
