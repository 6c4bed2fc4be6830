internal import CSQLite
internal import EventSourcing

extension StoreError {
    /// What a failed call on a connection means for a person; SQLite's own words go into `detail`.
    ///
    /// Bound values can't get in: SQLite's messages name tables, columns and files, never values.
    init(_ code: ResultCode, on handle: OpaquePointer?) {
        let message =
            handle.map { String(cString: sqlite3_errmsg($0)) } ?? String(cString: sqlite3_errstr(code.rawValue))
        self.init(Self.reason(for: code), detail: Self.detail(message, code))
    }

    /// SQLite's words where they name what is damaged, as a clause of ours; else as they are, with their number.
    private static func detail(_ message: String, _ code: ResultCode) -> String {
        func rest(after beginning: String) -> Substring? {
            message.hasPrefix(beginning) ? message.dropFirst(beginning.count) : nil
        }
        if let name = rest(after: "vtable constructor failed: ") {
            return "its virtual table '\(name)' can't be opened"
        }
        if let name = rest(after: "no such table: ") { return "its table or view '\(name)' is not there" }
        if let module = rest(after: "no such module: ") {
            return "a virtual table of it needs the module '\(module)', which this program does not have"
        }
        // `malformed database schema (name) - why`, where the reason may be missing.
        if let schema = rest(after: "malformed database schema ("), let end = schema.firstIndex(of: ")") {
            let reason = schema[schema.index(after: end)...].drop { " -".contains($0) }
            return "the entry '\(schema[..<end])' of its schema is damaged" + (reason.isEmpty ? "" : " (\(reason))")
        }
        return "SQLite says: \(message) (\(code.rawValue))"
    }

    private static func reason(for code: ResultCode) -> Reason {
        switch code {
        case .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_PROTOCOL: .busy
        case .SQLITE_READONLY_ROLLBACK: .needsRecovery
        case .SQLITE_READONLY: .readOnly
        case .SQLITE_PERM, .SQLITE_AUTH: .permissionDenied
        case .SQLITE_FULL: .full
        case .SQLITE_NOTADB: .notADatabase
        case .SQLITE_INTERRUPT, .SQLITE_ABORT: .cancelled
        case .SQLITE_TOOBIG: .invalid
        case .SQLITE_NOMEM, .SQLITE_IOERR_NOMEM: .outOfMemory
        case .SQLITE_IOERR, .SQLITE_CANTOPEN: .inputOutput
        default: .corrupt
        }
    }

    /// The same error with the stream that was being written; what is invalid says itself what it is about.
    func of(_ id: PersistenceID) -> StoreError {
        var error = self
        if error.stream == nil, reason != .invalid { error.stream = id }
        return error
    }

    /// The same error with the file's name as the caller wrote it.
    func at(_ file: String) -> StoreError {
        var error = self
        if error.file == nil { error.file = file }
        return error
    }
}
