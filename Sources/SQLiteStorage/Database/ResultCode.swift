// swift-format-ignore-file: AlwaysUseLowerCamelCase
// The names are SQLite's own, as its manual has them.

internal import CSQLite

/// A result code of SQLite, primary or extended, under SQLite's own name (<https://www.sqlite.org/rescode.html>).
struct ResultCode: RawRepresentable, Hashable, Sendable {
    let rawValue: Int32

    init(rawValue: Int32) { self.rawValue = rawValue }

    /// The low byte: what kind of result it is.
    var primary: ResultCode { ResultCode(rawValue: rawValue & 0xFF) }

    /// Matches a primary code to itself and to each of its extended ones, an extended one to itself alone.
    static func ~= (pattern: ResultCode, code: ResultCode) -> Bool {
        pattern.rawValue <= 0xFF ? code.primary == pattern : code == pattern
    }

    static let SQLITE_OK = ResultCode(rawValue: CSQLite.SQLITE_OK)
    static let SQLITE_ERROR = ResultCode(rawValue: CSQLite.SQLITE_ERROR)
    static let SQLITE_PERM = ResultCode(rawValue: CSQLite.SQLITE_PERM)
    static let SQLITE_ABORT = ResultCode(rawValue: CSQLite.SQLITE_ABORT)
    static let SQLITE_PROTOCOL = ResultCode(rawValue: CSQLite.SQLITE_PROTOCOL)
    static let SQLITE_BUSY = ResultCode(rawValue: CSQLite.SQLITE_BUSY)
    static let SQLITE_LOCKED = ResultCode(rawValue: CSQLite.SQLITE_LOCKED)
    static let SQLITE_NOMEM = ResultCode(rawValue: CSQLite.SQLITE_NOMEM)
    static let SQLITE_READONLY = ResultCode(rawValue: CSQLite.SQLITE_READONLY)
    static let SQLITE_INTERRUPT = ResultCode(rawValue: CSQLite.SQLITE_INTERRUPT)
    static let SQLITE_IOERR = ResultCode(rawValue: CSQLite.SQLITE_IOERR)
    static let SQLITE_CORRUPT = ResultCode(rawValue: CSQLite.SQLITE_CORRUPT)
    static let SQLITE_FULL = ResultCode(rawValue: CSQLite.SQLITE_FULL)
    static let SQLITE_CANTOPEN = ResultCode(rawValue: CSQLite.SQLITE_CANTOPEN)
    static let SQLITE_SCHEMA = ResultCode(rawValue: CSQLite.SQLITE_SCHEMA)
    static let SQLITE_TOOBIG = ResultCode(rawValue: CSQLite.SQLITE_TOOBIG)
    static let SQLITE_CONSTRAINT = ResultCode(rawValue: CSQLite.SQLITE_CONSTRAINT)
    static let SQLITE_AUTH = ResultCode(rawValue: CSQLite.SQLITE_AUTH)
    static let SQLITE_NOTADB = ResultCode(rawValue: CSQLite.SQLITE_NOTADB)
    static let SQLITE_ROW = ResultCode(rawValue: CSQLite.SQLITE_ROW)
    static let SQLITE_DONE = ResultCode(rawValue: CSQLite.SQLITE_DONE)

    // Extended codes are macros with an operator in them, which don't import.
    static let SQLITE_BUSY_RECOVERY = ResultCode(rawValue: CSQLite.SQLITE_BUSY | 1 << 8)
    static let SQLITE_BUSY_SNAPSHOT = ResultCode(rawValue: CSQLite.SQLITE_BUSY | 2 << 8)
    static let SQLITE_READONLY_ROLLBACK = ResultCode(rawValue: CSQLite.SQLITE_READONLY | 3 << 8)
    static let SQLITE_READONLY_CANTINIT = ResultCode(rawValue: CSQLite.SQLITE_READONLY | 5 << 8)
    static let SQLITE_READONLY_DIRECTORY = ResultCode(rawValue: CSQLite.SQLITE_READONLY | 6 << 8)
    static let SQLITE_IOERR_NOMEM = ResultCode(rawValue: CSQLite.SQLITE_IOERR | 12 << 8)
    static let SQLITE_CONSTRAINT_UNIQUE = ResultCode(rawValue: CSQLite.SQLITE_CONSTRAINT | 8 << 8)
    static let SQLITE_CONSTRAINT_PRIMARYKEY = ResultCode(rawValue: CSQLite.SQLITE_CONSTRAINT | 6 << 8)
}
