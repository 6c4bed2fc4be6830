internal import CSQLite
internal import EventSourcing

extension Connection {
    /// Takes from a file every way of doing more than holding rows: its triggers, views, functions in its schema, and
    /// writes to its schema table; and bounds how much memory an entry of its schema or a row may take.
    func distrustSchema() throws {
        let limits: [(limit: Int32, value: Int32)] = [
            (SQLITE_LIMIT_LENGTH, 64 << 20), (SQLITE_LIMIT_SQL_LENGTH, 100_000), (SQLITE_LIMIT_COLUMN, 100),
        ]
        for (limit, value) in limits { sqlite3_limit(handle, limit, value) }
        try set(
            (SQLITE_DBCONFIG_DEFENSIVE, 1), (SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0), (SQLITE_DBCONFIG_ENABLE_TRIGGER, 0),
            (SQLITE_DBCONFIG_ENABLE_VIEW, 0), (SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0),
            (SQLITE_DBCONFIG_DQS_DML, 0), (SQLITE_DBCONFIG_DQS_DDL, 0))
    }

    /// Sets whether the log is emptied into the file when this connection is closed as the last one.
    func checkpointOnClose(_ isWanted: Bool) throws {
        try set((SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, isWanted ? 0 : 1))
    }

    private func set(_ switches: (option: Int32, on: Int32)...) throws {
        for (option, on) in switches {
            let code = csqlite_db_config_flag(handle, option, on)
            guard code == SQLITE_OK else { throw StoreError(ResultCode(rawValue: code), on: handle) }
        }
    }

    /// Lets SQLite read a file that is shorter than its header says, up to where it was cut; otherwise it refuses the whole.
    ///
    /// For a connection that was restricted to looking, because nothing is kept from writing the schema by SQLite then.
    func acceptCutFile() throws {
        try set((SQLITE_DBCONFIG_DEFENSIVE, 0), (SQLITE_DBCONFIG_WRITABLE_SCHEMA, 1))
    }

    /// Makes a connection for looking at a file that may be hostile: no writes, no mmap, low limits, few actions.
    func restrictToLooking() throws {
        try distrustSchema()
        let limits: [(limit: Int32, value: Int32)] = [
            (SQLITE_LIMIT_EXPR_DEPTH, 20), (SQLITE_LIMIT_COMPOUND_SELECT, 3), (SQLITE_LIMIT_ATTACHED, 0),
            (SQLITE_LIMIT_TRIGGER_DEPTH, 0),
        ]
        for (limit, value) in limits { sqlite3_limit(handle, limit, value) }
        try execute("PRAGMA query_only = 1")
        try execute("PRAGMA cell_size_check = 1")
        try execute("PRAGMA mmap_size = 0")
        sqlite3_set_authorizer(handle, authorizeLooking, nil)
    }
}

/// Allows reading, and the few questions that looking asks; denies everything else.
private func authorizeLooking(
    _: UnsafeMutableRawPointer?, action: Int32, first: UnsafePointer<CChar>?, second: UnsafePointer<CChar>?,
    _: UnsafePointer<CChar>?, _: UnsafePointer<CChar>?
) -> Int32 {
    switch action {
    case SQLITE_SELECT, SQLITE_READ, SQLITE_TRANSACTION: SQLITE_OK
    case SQLITE_FUNCTION:
        switch second.map({ String(cString: $0) }) {
        case "max", "min", "count", "coalesce", "length", "substr", "instr": SQLITE_OK
        default: SQLITE_DENY
        }
    case SQLITE_PRAGMA:
        switch first.map({ String(cString: $0) }) {
        case "application_id", "user_version", "data_version", "quick_check", "integrity_check",
            "table_xinfo":
            SQLITE_OK
        default: SQLITE_DENY
        }
    default: SQLITE_DENY
    }
}
