internal import CSQLite
internal import EventSourcing

/// A connection to one database file, used by one thread at a time; closed when it goes.
struct Connection: ~Copyable {
    let handle: OpaquePointer
    /// What stops its work; nil where nothing does.
    let interruption: Interruption?

    /// How a file is opened.
    enum Mode {
        /// For reading and writing a file that is there.
        case writing
        /// For reading and writing a file that is not there yet.
        case creating
        /// For reading a file of our own: locks are taken, and a `-shm` is made where one is needed.
        case reading
        /// For looking at a file that nobody writes: no lock, no other file.
        case lookingAlone
        /// For looking at a file with a `-wal` and a `-shm`: neither is written.
        case lookingBesideWriter

        fileprivate var flags: Int32 {
            let access =
                switch self {
                case .writing: SQLITE_OPEN_READWRITE
                case .creating: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                case .reading, .lookingAlone, .lookingBesideWriter: SQLITE_OPEN_READONLY
                }
            return access | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE
        }

        fileprivate var parameters: String {
            switch self {
            case .writing: "?mode=rw"
            case .creating: "?mode=rwc"
            case .reading: "?mode=ro"
            case .lookingAlone: "?mode=ro&immutable=1"
            case .lookingBesideWriter: "?mode=ro&readonly_shm=1"
            }
        }
    }

    /// Opens a file. Nothing of it is read before the first statement.
    ///
    /// - Parameter fileSystem: the name by which SQLite knows the files that lie beneath; nil for the system's.
    init(
        _ path: String, _ mode: Mode, interruption: Interruption? = nil, fileSystem: String? = nil
    ) throws {
        var opened: OpaquePointer?
        let code = ResultCode(
            rawValue: sqlite3_open_v2(Self.address(of: path) + mode.parameters, &opened, mode.flags, fileSystem))
        guard code == .SQLITE_OK, let opened else {
            let error = StoreError(code, on: opened)
            sqlite3_close_v2(opened)
            throw error.at(path)
        }
        handle = opened
        self.interruption = interruption
        sqlite3_extended_result_codes(opened, 1)
        if let interruption { interruption.install(on: opened) }
    }

    // Statements that outlive it keep the connection half open until they are finalized.
    deinit { sqlite3_close_v2(handle) }

    /// Runs a statement without rows that is needed once.
    func execute(_ sql: String) throws {
        let code = ResultCode(rawValue: sqlite3_exec(handle, sql, nil, nil, nil))
        guard code == .SQLITE_OK else { throw StoreError(code, on: handle) }
    }

    /// The first integer that a statement answers; nil where there is none.
    func integer(_ sql: String) throws -> Int64? {
        let statement = try Statement(sql, on: self)
        return try statement.step() ? statement.integer(at: 0) : nil
    }

    /// How many rows the last statement inserted, updated or deleted.
    var changedRows: Int64 { sqlite3_changes64(handle) }

    /// How many rows were ever changed over this connection.
    var totalChanges: Int64 { sqlite3_total_changes64(handle) }

    /// Whether no transaction is open.
    var isIdle: Bool { sqlite3_get_autocommit(handle) != 0 }

    /// A path as SQLite's URI: everything that has a meaning in it is escaped.
    private static func address(of path: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        // A path that begins with two slashes would name a host.
        var text = Array((path.hasPrefix("/") ? "file://" : "file:").utf8)
        for byte in path.utf8 {
            switch byte {
            case UInt8(ascii: "?"), UInt8(ascii: "#"), UInt8(ascii: "%"):
                text += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            default: text.append(byte)
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
