/// Which events an entity has, and under which logical names they are stored.
///
/// An event family is an enum whose cases each carry one `Codable` struct; the registry has a row for each case. On disk
/// stand the row's name and the struct's own JSON, never Swift's names.
public struct EventRegistry<Event: Sendable>: Sendable {
    private let table: EventTable<Event>

    /// Takes a row for each case.
    ///
    /// Throws `EventRegistryError` when there is no row, a name is empty or stands twice, a version is below 1, or the
    /// upcasters of a row are not a chain from the oldest version that was stored, which is 1 unless the row says else, up
    /// to its version.
    public init(_ rows: EventType<Event>...) throws(EventRegistryError) {
        table = try EventTable(rows)
    }

    /// Takes a row for each case; all else is as with rows that stand one by one.
    public init(_ rows: [EventType<Event>]) throws(EventRegistryError) { table = try EventTable(rows) }

    /// The rows in their order.
    @usableFromInline package var rows: [EventType<Event>] { table.rows }

    /// The logical names under which events are written now, in the order of the rows.
    public var names: [String] { table.names.names }

    /// Encodes an event; throws `EventCodingError` when no row takes it or its payload can't be encoded.
    public func encode(_ event: Event) throws(EventCodingError) -> (type: String, version: Int, payload: [UInt8]) {
        try table.encode(event)
    }

    /// Encodes an event by the row that has its case; throws `EventCodingError` as where the row has to be found.
    @usableFromInline
    package func encode(
        _ event: Event, at row: Int
    ) throws(EventCodingError) -> (type: String, version: Int, payload: [UInt8]) {
        try table.encode(event, at: row)
    }

    /// Decodes a payload of version 1 by a row that may have its name; throws `EventCodingError` as where it has to be found.
    @usableFromInline
    package func decode(
        type: String, payload: UnsafeRawBufferPointer, at row: Int
    ) throws(EventCodingError) -> Event {
        try table.decode(type: type, payload: payload, at: row)
    }

    /// Decodes a payload by its logical name and version; an older version goes through the row's upcasters first.
    ///
    /// Throws `EventCodingError` when the name or the version is unknown or the payload can't be decoded.
    public func decode(
        type: String, version: Int, payload: UnsafeRawBufferPointer
    ) throws(EventCodingError) -> Event {
        try table.decode(type: type, version: version, payload: payload)
    }
}
