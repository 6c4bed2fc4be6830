/// Durable states, timers, leases, and what a command leaves beside its events.
extension Layout {
    static let stateTables = [durableStates, timers, leases, outbox, commands, quarantine]

    private static let durableStates = Table(
        name: "durable_states",
        sql: """
            CREATE TABLE durable_states (
                state INTEGER PRIMARY KEY,
                persistence_id TEXT NOT NULL,
                revision INTEGER NOT NULL,
                state_type TEXT NOT NULL,
                schema_version INTEGER NOT NULL,
                writer BLOB NOT NULL CHECK (length(writer) = 16),
                epoch INTEGER NOT NULL,
                time INTEGER NOT NULL,
                checksum INTEGER NOT NULL,
                value BLOB
            ) STRICT
            """)

    /// One row for each timer of an instance; arming again raises the generation.
    private static let timers = Table(
        name: "timers",
        sql: """
            CREATE TABLE timers (
                timer INTEGER PRIMARY KEY,
                persistence_id TEXT NOT NULL,
                name TEXT NOT NULL,
                generation INTEGER NOT NULL,
                deadline INTEGER,
                payload BLOB,
                attempts INTEGER NOT NULL,
                last_error TEXT,
                claimed_by BLOB,
                claimed_until INTEGER
            ) STRICT
            """)

    private static let leases = Table(
        name: "leases",
        sql: """
            CREATE TABLE leases (
                name TEXT PRIMARY KEY,
                fencing_number INTEGER NOT NULL,
                holder BLOB,
                acquisition BLOB,
                acquired INTEGER,
                expires INTEGER
            ) STRICT, WITHOUT ROWID
            """)

    /// What is to leave; `due` is NULL in a row that waits behind an earlier one of its entity, and in one that is done.
    private static let outbox = Table(
        name: "outbox",
        sql: """
            CREATE TABLE outbox (
                entry INTEGER PRIMARY KEY,
                idempotency_key TEXT NOT NULL,
                persistence_id TEXT NOT NULL,
                sequence_number INTEGER NOT NULL,
                item INTEGER NOT NULL,
                destination TEXT NOT NULL,
                payload BLOB NOT NULL,
                created INTEGER NOT NULL,
                due INTEGER,
                attempts INTEGER NOT NULL,
                last_error TEXT,
                claimed_by BLOB,
                claimed_until INTEGER,
                completed INTEGER
            ) STRICT
            """)

    /// The commands that were handled, with the replies they got, for a set window.
    ///
    /// Where a command wrote a durable state, `stream` is the key of that state with a minus before it, and
    /// `sequence_number` its revision. SQLite does not enforce the reference, and nothing follows it.
    private static let commands = Table(
        name: "commands",
        sql: """
            CREATE TABLE commands (
                command INTEGER PRIMARY KEY,
                id BLOB NOT NULL CHECK (length(id) = 16),
                stream INTEGER NOT NULL REFERENCES streams,
                sequence_number INTEGER NOT NULL,
                time INTEGER NOT NULL,
                reply BLOB
            ) STRICT
            """)

    private static let quarantine = Table(
        name: "quarantine",
        sql: """
            CREATE TABLE quarantine (
                entry INTEGER PRIMARY KEY,
                persistence_id TEXT NOT NULL,
                sequence_number INTEGER NOT NULL,
                reason TEXT NOT NULL,
                time INTEGER NOT NULL,
                writer BLOB,
                released INTEGER
            ) STRICT
            """)

    static let stateIndexes = [
        "CREATE UNIQUE INDEX durable_states_by_name ON durable_states (persistence_id)",
        "CREATE UNIQUE INDEX timers_by_name ON timers (persistence_id, name)",
        // What a sweep claims: armed, and nobody's.
        "CREATE INDEX timers_due ON timers (deadline) WHERE deadline IS NOT NULL AND claimed_until IS NULL",
        "CREATE INDEX timers_claimed ON timers (claimed_until) WHERE claimed_until IS NOT NULL",
        "CREATE UNIQUE INDEX outbox_by_key ON outbox (idempotency_key)",
        "CREATE INDEX outbox_due ON outbox (due, entry) WHERE completed IS NULL AND claimed_until IS NULL",
        // The next one of an entity, and whether one waits before it.
        "CREATE INDEX outbox_by_entity ON outbox (persistence_id, entry) WHERE completed IS NULL",
        "CREATE INDEX outbox_completed ON outbox (completed) WHERE completed IS NOT NULL",
        "CREATE INDEX outbox_claimed ON outbox (claimed_until) WHERE claimed_until IS NOT NULL",
        "CREATE UNIQUE INDEX commands_by_id ON commands (id)",
        "CREATE INDEX commands_by_time ON commands (time)",
        "CREATE UNIQUE INDEX quarantine_by_number ON quarantine (persistence_id, sequence_number)",
    ]
}
