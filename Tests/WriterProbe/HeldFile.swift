internal import CSQLite

/// The write lock of a file, held as any other program could hold it.
final class HeldFile {
    private let connection: OpaquePointer

    /// Nil where it can't be had.
    init?(_ path: String) {
        var opened: OpaquePointer?
        guard sqlite3_open(path, &opened) == SQLITE_OK, let opened,
            sqlite3_exec(opened, "BEGIN IMMEDIATE", nil, nil, nil) == SQLITE_OK
        else {
            sqlite3_close(opened)
            return nil
        }
        connection = opened
    }

    deinit { sqlite3_close(connection) }
}
