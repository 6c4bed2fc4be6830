internal import CSQLite
internal import EventSourcing

extension StoreError {
    /// What a failed call on a connection means for a person; SQLite's own words go into `detail`.
    ///
    /// Bound values can't get in: SQLite's messages name tables, columns and files, never values.
    init(_ code: ResultCode, on handle: OpaquePointer?) {
        let message =
            handle.map { String(cString: sqlite3_errmsg($0)) } ?? String(cString: sqlite3_errstr(code.rawValue))
        self.init(Self.reason(for: code), detail: "SQLite says: \(message) (\(code.rawValue))")
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
        case .SQLITE_IOERR, .SQLITE_CANTOPEN, .SQLITE_NOMEM: .inputOutput
        default: .corrupt
        }
    }

    /// The same error with the file's name as the caller wrote it.
    func at(_ file: String) -> StoreError {
        var error = self
        if error.file == nil { error.file = file }
        return error
    }
}
