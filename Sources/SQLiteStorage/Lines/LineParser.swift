internal import EventSourcing

/// Reads lines of a store; what is wrong with one is told with its column.
struct LineParser {
    /// What a line is.
    enum Line {
        case header(Header)
        case row(Row)
        /// How many lines stand before it, and the digest that they must have, where it is told.
        case end(lines: Int64, digest: String?)
    }

    /// What the store says of itself.
    struct Header: Hashable, Sendable {
        var store: ULID
        var created: Int64
        var highWater: Int64
        var deletedEvents: Int64
    }

    /// A row whose references are still names.
    struct Row {
        var table: LineTable
        /// In the order of the table's columns: names of streams and types are texts, writers the bytes of their ids.
        var values: [LineValue]
        /// Whether the name of an `entity` is that of a durable state.
        var isState = false
        /// The member that each value was read from.
        var members: [Int]
    }

    /// Something is wrong at a member's value, or at the line as a whole.
    struct Mistake: Error {
        var member: Int?
        var clause: String
    }

    private static let tables: [String: LineTable] = Dictionary(
        uniqueKeysWithValues: LineTable.all.map { ($0.name, $0) })
    // A payload may be as deep as any reader takes, and lies two levels deep in its line.
    private let reader = JSONReader(depthLimit: 516, sizeLimit: LinesReader.longestLine)

    /// The most values that a line has: two contents of the most that one may have, and the row's own.
    private static let mostValues = 2 * LineText.mostValues + 1_000

    /// Reads one line.
    func parse(_ bytes: UnsafeRawBufferPointer, of file: String, line: Int64) throws -> Line {
        if JSONPlaces.hasMoreValues(than: Self.mostValues, in: bytes) {
            throw LinesError(
                file, line: line, column: 1,
                "it has more than \(Self.mostValues) values; content of so many stands in a line as a 'text'")
        }
        let document: JSONReader.Document
        do {
            document = try reader.read(bytes)
        } catch {
            throw LinesError(file, line: line, column: error.column, Self.clause(error.problem))
        }
        do {
            guard document.repaired == 0 else { throw Mistake(clause: "a text in it is not UTF-8") }
            guard case .object(let object) = document.value else { throw Mistake(clause: "a line is an object") }
            return try parse(object)
        } catch let mistake as Mistake {
            throw error(mistake, in: bytes, of: file, line: line)
        }
    }

    /// A mistake as an error that says where it is.
    func error(_ mistake: Mistake, in bytes: UnsafeRawBufferPointer, of file: String, line: Int64) -> LinesError {
        let column = mistake.member.map { JSONPlaces.column(ofMember: $0, in: bytes) } ?? 1
        return LinesError(file, line: line, column: column, mistake.clause)
    }

    private static func clause(_ problem: JSONError.Problem) -> String {
        switch problem {
        case .expected(let what): "expected \(what)"
        case .ended(let what): "the line ends where \(what) was expected"
        case .tooDeep(let limit): "it is nested deeper than \(limit) levels"
        case .tooLong(let limit): "it is longer than \(limit) bytes"
        }
    }

    private func parse(_ object: JSONObject) throws -> Line {
        switch object.first?.key {
        case "playhead": return .header(try header(object))
        case "end":
            try require(object, ["end", "digest"], optional: ["digest"])
            let digest: String? =
                switch object["digest"] {
                case nil: nil
                case .string(let text): text
                default: throw Mistake(member: 1, clause: "a digest is a text")
                }
            return .end(lines: try integer(object[0].value, 0, atLeast: 0), digest: digest)
        case "table":
            guard let name = object[0].value.string, let table = Self.tables[name] else {
                throw Mistake(
                    member: 0,
                    clause: "there is no such table; there are \(LineTable.all.map(\.name).joined(separator: ", "))")
            }
            return .row(try row(object, of: table))
        default:
            throw Mistake(member: object.isEmpty ? nil : 0, clause: "a line begins with 'playhead', 'table' or 'end'")
        }
    }

    private func header(_ object: JSONObject) throws -> Header {
        try require(object, ["playhead", "version", "store", "created", "highWater", "deletedEvents"])
        func place(_ key: String) -> Int { object.members.firstIndex { $0.key == key } ?? 0 }
        guard object[0].value == "lines" else { throw Mistake(member: 0, clause: "'lines' was expected") }
        let version = try integer(object[place("version")].value, place("version"), atLeast: 1)
        guard version == 1 else {
            throw Mistake(
                member: place("version"), clause: "these lines are of version \(version), which a newer program reads")
        }
        guard let store = object["store"]?.string.flatMap({ ULID($0) }) else {
            throw Mistake(member: place("store"), clause: "a ULID of 26 characters was expected")
        }
        func number(_ key: String, atLeast least: Int64) throws -> Int64 {
            try integer(object[place(key)].value, place(key), atLeast: least)
        }
        return Header(
            store: store, created: try number("created", atLeast: .min), highWater: try number("highWater", atLeast: 0),
            deletedEvents: try number("deletedEvents", atLeast: 0))
    }

    /// Throws unless an object has these members, each once, and no other.
    private func require(_ object: JSONObject, _ keys: [String], optional: Set<String> = []) throws {
        for (place, member) in object.enumerated() {
            guard keys.contains(member.key) else { throw Mistake(member: place, clause: Self.unknown(member.key)) }
            if object.members[..<place].contains(where: { $0.key == member.key }) {
                throw Mistake(member: place, clause: "'\(member.key)' stands twice")
            }
        }
        for key in keys where !optional.contains(key) && object[key] == nil {
            throw Mistake(clause: "'\(key)' is missing")
        }
    }

    private static func unknown(_ key: String) -> String {
        key.utf8.count > 100 ? "a member of another name was expected" : "there is no member '\(key)' in such a line"
    }

    func integer(_ value: JSONValue, _ member: Int, atLeast least: Int64) throws -> Int64 {
        guard let number = value.number?.int64, number >= least else {
            throw Mistake(
                member: member,
                clause: least == .min
                    ? "a whole number of 64 bits was expected"
                    : "a whole number from \(least) through \(Int64.max) was expected")
        }
        return number
    }

    // MARK: - Rows

    private func row(_ object: JSONObject, of table: LineTable) throws -> Row {
        let columns = table.columns.filter { $0.kind != .checksum }
        // Mostly they stand in the table's order, and nothing has to be looked for.
        let isInOrder =
            object.count == columns.count + 1 && zip(columns, object.dropFirst()).allSatisfy { $0.key == $1.key }
        if !isInOrder {
            let checksums = table.columns.filter { $0.kind == .checksum }.map(\.key)
            try require(object, ["table"] + columns.map(\.key) + checksums, optional: Set(checksums))
        }
        var row = Row(table: table, values: [], members: [])
        var next = 1
        for column in table.columns {
            guard column.kind != .checksum else {
                let member = isInOrder ? nil : object.members.firstIndex { $0.key == column.key }
                row.values.append(
                    try member.map { .integer(try integer(object[$0].value, $0, atLeast: .min)) } ?? .null)
                row.members.append(member ?? 0)
                continue
            }
            let member = isInOrder ? next : object.members.firstIndex { $0.key == column.key } ?? 0
            next += 1
            row.members.append(member)
            row.values.append(try value(object[member].value, column, member, &row))
        }
        return row
    }

    private func value(
        _ value: JSONValue, _ column: LineTable.Column, _ member: Int, _ row: inout Row
    ) throws -> LineValue {
        if value == .null {
            if column.isOptional { return .null }
            if column.kind == .entity { return .integer(0) }
            throw Mistake(member: member, clause: "'\(column.key)' is never null")
        }
        switch column.kind {
        case .integer, .checksum: return .integer(try integer(value, member, atLeast: .min))
        case .text, .stream, .type:
            guard let text = value.string else { throw Mistake(member: member, clause: "a text was expected") }
            return .text(text)
        case .id, .writer:
            guard let id = value.string.flatMap({ ULID($0) }) else {
                throw Mistake(member: member, clause: "a ULID of 26 characters was expected")
            }
            return .bytes(id.bytes)
        case .entity:
            guard let object = value.object, object.count == 1, let text = object[0].value.string,
                object[0].key == "stream" || object[0].key == "state"
            else {
                throw Mistake(member: member, clause: "an object with the name of a 'stream' or a 'state' was expected")
            }
            row.isState = object[0].key == "state"
            return .text(text)
        case .bytes: return .bytes(try content(value, member))
        }
    }

    private func content(_ value: JSONValue, _ member: Int) throws -> [UInt8] {
        if let object = value.object, object.count == 1 {
            switch (object[0].key, object[0].value) {
            case ("json", let tree):
                var bytes: [UInt8] = []
                tree.write(into: &bytes)
                return bytes
            case ("text", .string(let text)): return Array(text.utf8)
            case ("base64", .string(let text)):
                if let bytes = Base64.bytes(of: text) { return bytes }
                throw Mistake(member: member, clause: "this is no base64 with all of its '='")
            default: break
            }
        }
        throw Mistake(member: member, clause: "an object with 'json', 'text' or 'base64' was expected")
    }
}
