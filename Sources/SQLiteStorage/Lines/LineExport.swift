internal import EventSourcing

/// Goes through a whole store and hands out its lines, in an order that is always the same.
struct LineExport {
    /// What the last line says of those before it.
    private(set) var digest = LineDigest()
    private let reading: LogReading
    private var rows: LineRows

    init(_ reading: LogReading) {
        self.reading = reading
        rows = LineRows(reading)
    }

    /// The first line: what the store says of itself.
    static func header(_ reading: LogReading) throws -> [UInt8] {
        let statement = try Statement(
            "SELECT store_id, created, high_water, deleted_events FROM store WHERE id = 1", on: reading.connection)
        guard try statement.step(), let id = statement.ulid(at: 0), let created = statement.integer(at: 1),
            let highWater = statement.integer(at: 2), let deleted = statement.integer(at: 3)
        else { throw StoreError(.corrupt, file: reading.file, detail: "its own description is gone") }
        var text = LineText()
        text.begin()
        text.add("playhead", "lines")
        text.add("version", 1)
        text.add("store", id.description)
        text.add("created", created)
        text.add("highWater", highWater)
        text.add("deletedEvents", deleted)
        text.end()
        return text.bytes
    }

    /// The last line.
    var end: [UInt8] {
        var text = LineText()
        text.begin()
        text.add("end", digest.lines)
        text.add("digest", digest.text)
        text.end()
        return text.bytes
    }

    /// Hands out every line but the last, those of events at the end.
    mutating func eachLine(_ visit: ([UInt8]) throws -> Void) throws {
        try hand(out: try Self.header(reading), to: visit)
        for table in LineTable.all {
            let statement = try Statement(table.selection, on: reading.connection)
            while try statement.step() {
                try hand(out: try rows.line(try rows.values(statement, of: table), of: table), to: visit)
            }
        }
    }

    private mutating func hand(out line: [UInt8], to visit: ([UInt8]) throws -> Void) throws {
        try visit(line)
        digest.add(line)
    }
}
