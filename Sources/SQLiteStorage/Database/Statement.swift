internal import CSQLite
internal import EventSourcing

/// A prepared statement; finalized when it goes.
struct Statement: ~Copyable {
    let handle: OpaquePointer

    /// Compiles one statement, to be used many times.
    init(_ sql: String, on connection: borrowing Connection) throws {
        var statement: OpaquePointer?
        let code = ResultCode(
            rawValue: sqlite3_prepare_v3(
                connection.handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil))
        guard code == .SQLITE_OK, let statement else { throw StoreError(code, on: connection.handle) }
        handle = statement
    }

    deinit { sqlite3_finalize(handle) }

    /// Goes on to the next row, and answers whether there is one.
    func step() throws -> Bool {
        let code = ResultCode(rawValue: sqlite3_step(handle))
        switch code {
        case .SQLITE_ROW: return true
        case .SQLITE_DONE: return false
        case .SQLITE_TOOBIG where sqlite3_stmt_readonly(handle) != 0:
            let most = sqlite3_limit(sqlite3_db_handle(handle), SQLITE_LIMIT_LENGTH, -1)
            throw StoreError(
                .corrupt, detail: "a value of more than \(most) bytes stands there, and none so long is read")
        default: throw StoreError(code, on: sqlite3_db_handle(handle))
        }
    }

    /// Runs to the end, for statements without rows.
    func run() throws {
        while try step() {}
    }

    /// Makes the statement ready for its next use. Bindings stay, and are bound anew by every use.
    func reset() { sqlite3_reset(handle) }
}

// MARK: - Binding

extension Statement {
    // Binding fails only for an index that is not there, a value above the limits, or without memory; the step after it
    // then finds a NULL where none is allowed, so each of them is checked.
    private func check(_ code: Int32) throws {
        guard code == SQLITE_OK else { throw StoreError(ResultCode(rawValue: code), on: sqlite3_db_handle(handle)) }
    }

    func bind(_ value: Int64, at index: Int32) throws { try check(sqlite3_bind_int64(handle, index, value)) }

    func bindNull(at index: Int32) throws { try check(sqlite3_bind_null(handle, index)) }

    /// Binds a text by its bytes, so that a NUL in it stays; SQLite copies it.
    func bind(_ text: String, at index: Int32) throws {
        var text = text
        try text.withUTF8 { bytes in
            try bytes.withMemoryRebound(to: CChar.self) { characters in
                // A null pointer would bind NULL, which is not the empty text.
                guard let base = characters.baseAddress else {
                    return try check(csqlite_bind_text_copy(handle, index, "", 0))
                }
                try check(csqlite_bind_text_copy(handle, index, base, Int32(characters.count)))
            }
        }
    }

    /// Binds text that is given as bytes, which need not be valid UTF-8.
    func bindText(_ bytes: [UInt8], at index: Int32) throws {
        try bytes.withUnsafeBytes { buffer in
            // A null pointer would bind NULL, which is not the empty text.
            guard let base = buffer.baseAddress else { return try check(csqlite_bind_text_copy(handle, index, "", 0)) }
            try check(
                csqlite_bind_text_copy(
                    handle, index, base.assumingMemoryBound(to: CChar.self), Int32(buffer.count)))
        }
    }

    /// Binds bytes that must stay where they are until the statement was stepped.
    func bindBorrowed(_ bytes: UnsafeRawBufferPointer, at index: Int32) throws {
        guard let base = bytes.baseAddress, !bytes.isEmpty else {
            return try check(sqlite3_bind_zeroblob(handle, index, 0))
        }
        try check(csqlite_bind_blob_static(handle, index, base, Int32(bytes.count)))
    }

    /// Binds bytes, which SQLite copies.
    func bindCopy(of bytes: [UInt8], at index: Int32) throws {
        try bytes.withUnsafeBytes { buffer in
            // A null pointer would bind NULL, which is not the same as no bytes.
            guard let base = buffer.baseAddress, !buffer.isEmpty else {
                return try check(sqlite3_bind_zeroblob(handle, index, 0))
            }
            try check(csqlite_bind_blob_copy(handle, index, base, Int32(buffer.count)))
        }
    }

    /// Binds 16 bytes, most significant first; NULL for nil.
    func bind(_ ulid: ULID?, at index: Int32) throws {
        guard let ulid else { return try bindNull(at: index) }
        try withUnsafeBytes(of: (ulid.high.bigEndian, ulid.low.bigEndian)) { bytes in
            try check(csqlite_bind_blob_copy(handle, index, bytes.baseAddress, 16))
        }
    }
}

// MARK: - Columns

extension Statement {
    /// The value's own type, whatever the column was declared as.
    func type(at column: Int32) -> Int32 { sqlite3_column_type(handle, column) }

    /// Whether the value is a text.
    func isText(at column: Int32) -> Bool { sqlite3_column_type(handle, column) == SQLITE_TEXT }

    /// An integer; nil where the value is none.
    func integer(at column: Int32) -> Int64? {
        sqlite3_column_type(handle, column) == SQLITE_INTEGER ? sqlite3_column_int64(handle, column) : nil
    }

    /// An integer, whatever the value is: SQLite makes one of anything.
    func anyInteger(at column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }

    /// The bytes of a text or blob, valid until the next step; nil where the value is neither.
    func bytes(at column: Int32) -> UnsafeRawBufferPointer? {
        bytes(at: column, ofType: sqlite3_column_type(handle, column))
    }

    /// The same where the value's type is known.
    func bytes(at column: Int32, ofType type: Int32) -> UnsafeRawBufferPointer? {
        guard type == SQLITE_BLOB || type == SQLITE_TEXT else { return nil }
        let start = sqlite3_column_blob(handle, column)
        return UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column)))
    }

    /// A text with its broken parts replaced; nil where the value is neither text nor blob.
    func text(at column: Int32) -> String? {
        bytes(at: column).map { String(decoding: $0, as: UTF8.self) }
    }

    /// A ULID; nil where the value is not 16 bytes.
    func ulid(at column: Int32) -> ULID? {
        bytes(at: column).flatMap { ULID(bytes: $0) }
    }
}
