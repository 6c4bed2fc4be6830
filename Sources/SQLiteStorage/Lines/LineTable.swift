/// A table as it stands in lines of JSON: which members a line has, and what they mean.
///
/// All of it follows from the layout, so a column that is added there is exported and imported from then on. Keys that say
/// nothing to a reader are left out, and references to them are names.
struct LineTable: Sendable {
    /// One member of a line, and the column that it stands for.
    struct Column: Hashable, Sendable {
        enum Kind: Hashable, Sendable {
            case integer
            case text
            /// 16 bytes, written as the 26 characters of a ULID.
            case id
            /// Bytes: an object with one member, `json`, `text` or `base64`.
            case bytes
            /// A stream's key, written as its name.
            case stream
            /// The key of a stream, or with a minus of a durable state: an object with one member, `stream` or `state`.
            case entity
            /// The key of an event type, written as its name.
            case type
            /// A writer's key, written as its ULID.
            case writer
            /// Computed from the others, and in the line of a row alone that does not fit it.
            case checksum
        }

        let name: String
        /// Its key in a line: `sequence_number` is `sequenceNumber`.
        let key: String
        let kind: Kind
        let isOptional: Bool
    }

    let name: String
    let columns: [Column]
    /// What its rows are sorted by.
    let order: String

    /// Every table in the order of the lines; events come last, because there are many.
    static let all: [LineTable] = {
        // The store's own row is the first line, and the types' names stand with their events.
        let tables = Layout.tables.filter { !["store", "event_types", "events"].contains($0.name) }
        func isReferred(_ table: Layout.Table) -> Bool { table.name == "writers" || table.name == "streams" }
        let events = Layout.tables.filter { $0.name == "events" }
        return
            (tables.filter { $0.name == "writers" } + tables.filter { $0.name == "streams" }
            + tables.filter { !isReferred($0) } + events).map { LineTable($0) }
    }()

    static let events = LineTable.all[LineTable.all.count - 1]

    private init(_ table: Layout.Table) {
        name = table.name
        let lines = table.columns.compactMap { column in
            table.sql.split(separator: "\n").map { $0.drop { $0 == " " } }.first { $0.hasPrefix(column + " ") }
        }
        let keyless: Set<String> = ["writers", "streams", "snapshots", "durable_states", "commands", "quarantine"]
        columns = lines.compactMap { line in
            if keyless.contains(table.name), line.contains(" INTEGER PRIMARY KEY") { return nil }
            return Column(line, in: table.name)
        }
        let key = lines.first { $0.contains(" PRIMARY KEY") }?.split(separator: " ").first
        order = key.map(String.init) ?? "projection, key"
    }

    /// The place of a column that is known to be there.
    func place(of column: String) -> Int { columns.firstIndex { $0.name == column } ?? 0 }

    /// Reads all rows behind one key.
    var selection: String {
        let list = columns.map(\.name).joined(separator: ", ")
        return "SELECT \(list) FROM \(name) ORDER BY \(order)"
    }

    /// Writes one row.
    var insertion: String {
        let places = columns.indices.map { "?\($0 + 1)" }.joined(separator: ", ")
        return "INSERT INTO \(name) (\(columns.map(\.name).joined(separator: ", "))) VALUES (\(places))"
    }
}

extension LineTable.Column {
    private static let ids: Set<String> = [
        "id", "writer", "holder", "acquisition", "claimed_by", "correlation_id", "causation_id", "command_id",
    ]

    /// Reads a column's definition as it stands in the layout.
    fileprivate init(_ definition: Substring, in table: String) {
        let words = String(definition).split(whereSeparator: { $0 == " " || $0 == "," }).map { String($0) }
        name = words[0]
        let parts = name.split(separator: "_")
        key =
            parts.first.map(String.init).map { first in
                parts.dropFirst().reduce(first) {
                    $0 + ($1 == "id" ? "ID" : $1.prefix(1).uppercased() + $1.dropFirst())
                }
            } ?? name
        isOptional = !definition.contains("NOT NULL") && !definition.contains("PRIMARY KEY")
        let target = words.firstIndex(of: "REFERENCES").flatMap { words.indices.contains($0 + 1) ? words[$0 + 1] : nil }
        kind =
            switch (words[1], target) {
            case (_, "writers"): .writer
            case (_, "streams"): table == "commands" ? .entity : .stream
            case (_, "event_types"): .type
            case ("BLOB", _): Self.ids.contains(name) ? .id : .bytes
            case ("TEXT", _): .text
            default: name == "checksum" ? .checksum : .integer
            }
    }
}

/// A value of a row as the file holds it.
enum LineValue: Hashable, Sendable {
    case null
    case integer(Int64)
    case text(String)
    case bytes([UInt8])

    var integer: Int64? { if case .integer(let value) = self { value } else { nil } }
    var text: String? { if case .text(let value) = self { value } else { nil } }
    var bytes: [UInt8]? { if case .bytes(let value) = self { value } else { nil } }
}
