internal import CSQLite
internal import EventSourcing
internal import Glibc

extension Layout {
    /// What a store says of itself.
    struct Identity {
        var id: ULID?
        var version: Int
    }

    /// Finds out whether a connection's file is a store that this program can read, and says what else it is.
    ///
    /// One of an earlier layout is a store too; `Identity` says which. `forLooking`, a store whose description of itself
    /// can't be read is one all the same, without an id.
    /// Throws `StoreError`: no database, no store of ours, a newer layout, corrupt.
    static func check(
        _ connection: borrowing Connection, file: String, forLooking: Bool = false
    ) throws -> Identity {
        do {
            let application = try connection.integer("PRAGMA application_id") ?? 0
            let version = try connection.integer("PRAGMA user_version") ?? 0
            guard application == Int64(applicationID) else {
                throw StoreError(.notAStore, file: file)
            }
            guard version <= Int64(Self.version) else {
                throw StoreError(.newerLayout(version: Int(clamping: version)), file: file)
            }
            guard version >= 1 else {
                throw StoreError(.corrupt, file: file, detail: "its layout has the version \(version), which never was")
            }
            try connection.requireSmallSchema()
            // Who only looks can do so slowly; who writes a store of today's layout counts on all of its indexes.
            try checkSchema(connection, isWhole: !forLooking && version == Int64(Self.version))
            do {
                let statement = try Statement("SELECT store_id FROM store WHERE id = 1", on: connection)
                guard try statement.step() else { throw StoreError(.corrupt, detail: "its own description is gone") }
                return Identity(id: statement.ulid(at: 0), version: Int(version))
            } catch let error as StoreError where forLooking && error.reason == .corrupt {
                return Identity(id: nil, version: Int(version))
            }
        } catch let error as StoreError {
            throw explain(error, file: file)
        }
    }

    /// Compares the schema with the one that this program writes, and where it differs asks for the columns.
    private static func checkSchema(_ connection: borrowing Connection, isWhole: Bool) throws {
        let statement = try Statement("SELECT name, type, sql, rootpage FROM sqlite_schema", on: connection)
        var found: [String: (type: String, sql: String, root: Int64)] = [:]
        while try statement.step() {
            found[statement.text(at: 0) ?? ""] = (
                statement.text(at: 1) ?? "", statement.text(at: 2) ?? "", statement.integer(at: 3) ?? 0
            )
        }
        for table in tables {
            guard let there = found[table.name] else {
                throw StoreError(.corrupt, detail: "its table '\(table.name)' is missing")
            }
            guard there.type == "table" else {
                throw StoreError(.corrupt, detail: "a \(there.type) stands where the table '\(table.name)' is expected")
            }
            // A virtual table has no page of its own, however its definition is written.
            guard there.root > 0 else {
                throw StoreError(
                    .corrupt, detail: "a virtual table stands where the table '\(table.name)' is expected")
            }
            if there.sql != table.sql { try checkColumns(of: table, on: connection) }
        }
        for index in indexNames(isWhole ? indexes : logIndexes) where found[index]?.type != "index" {
            throw StoreError(.corrupt, detail: "its index '\(index)' is missing")
        }
    }

    /// The names in statements that make indexes.
    static func indexNames(_ statements: [String]) -> [String] {
        statements.compactMap { statement in
            let words = statement.split(whereSeparator: { $0 == " " || $0 == "\n" })
            return words.firstIndex(of: "INDEX").map { String(words[$0 + 1]) }
        }
    }

    private static func checkColumns(of table: Table, on connection: borrowing Connection) throws {
        let statement = try Statement("PRAGMA table_xinfo(\(table.name))", on: connection)
        var columns: [String: (type: String, isKey: Bool, isStored: Bool)] = [:]
        while try statement.step() {
            columns[statement.text(at: 1) ?? ""] = (
                statement.text(at: 2) ?? "", statement.anyInteger(at: 5) > 0, statement.integer(at: 6) == 0
            )
        }
        for column in table.columns {
            let name = "the column '\(column)' of its table '\(table.name)'"
            guard let there = columns[column] else { throw StoreError(.corrupt, detail: "\(name) is missing") }
            guard there.isStored else { throw StoreError(.corrupt, detail: "\(name) is computed, and not stored") }
            // What is no number would be read as another one, and compared as it is nowhere else.
            let type = table.type(of: column)
            guard there.type.uppercased() == type else {
                let declared = there.type.isEmpty ? "without a type" : "as \(there.type.prefix(40))"
                throw StoreError(.corrupt, detail: "\(name) is declared \(declared), and it is to be \(type)")
            }
            guard there.isKey || column != table.keyColumn else {
                throw StoreError(.corrupt, detail: "\(name) is not its key")
            }
        }
    }

    /// SQLite says "not a database" of a damaged header too; the first bytes tell the two apart.
    ///
    /// No connection of this process can have such a file open, so reading it by hand drops no lock.
    private static func explain(_ error: StoreError, file: String) -> StoreError {
        var error = error.at(file)
        // SQLite blames the store, or those who hold it, where it is a file beside it that can't be opened.
        let blames: [StoreError.Reason] = [.inputOutput, .permissionDenied, .readOnly, .busy]
        if blames.contains(error.reason), let obstacle = StoreFile.obstacle(file) {
            return StoreError(.inputOutput, file: error.file, detail: obstacle)
        }
        guard error.reason == .notADatabase else { return error }
        let descriptor = open(file, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return error }
        defer { _ = Glibc.close(descriptor) }
        var header = [UInt8](repeating: 0, count: 100)
        let count = header.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, 100, 0) }
        let magic = Array("SQLite format 3\u{0}".utf8)
        let common = zip(header, magic).filter { $0 == $1 }.count
        let application = header[68..<72].reduce(Int32(0)) { $0 << 8 | Int32($1) }
        if count == 100, common >= 12 || application == applicationID {
            error.reason = .corrupt
            error.detail = "its header is damaged"
        } else {
            error.detail = ""
        }
        return error
    }
}

extension Layout.Table {
    /// The names of the columns that are stored.
    var columns: [String] {
        sql.split(separator: "\n").dropFirst().dropLast().compactMap { line in
            let words = line.split(separator: " ")
            guard let name = words.first, name.allSatisfy({ $0.isLowercase || $0 == "_" }) else { return nil }
            return words.contains("AS") ? nil : String(name)
        }
    }

    /// The declared type of a column.
    fileprivate func type(of column: String) -> String {
        for line in sql.split(separator: "\n") {
            let words = line.split { $0 == " " || $0 == "," }
            if words.count > 1, words[0] == column { return String(words[1]) }
        }
        return ""
    }
}
