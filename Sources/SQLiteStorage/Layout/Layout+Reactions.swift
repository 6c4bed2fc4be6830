/// Subscriptions with their frontier, checkpoints, dead letters, and projections.
extension Layout {
    static let reactionTables = [subscriptions, checkpoints, deadLetters, projections, projectionRows]

    /// One row for each target stream of an application.
    private static let subscriptions = Table(
        name: "subscriptions",
        sql: """
            CREATE TABLE subscriptions (
                subscription INTEGER PRIMARY KEY,
                application TEXT NOT NULL,
                target TEXT NOT NULL,
                source TEXT,
                lane TEXT NOT NULL,
                priority INTEGER NOT NULL,
                watermark INTEGER NOT NULL,
                work_mark INTEGER NOT NULL,
                retries INTEGER NOT NULL,
                handled TEXT,
                blocked INTEGER,
                blocked_error TEXT,
                holder BLOB,
                fencing_number INTEGER NOT NULL,
                lease_until INTEGER,
                due INTEGER
            ) STRICT
            """)

    private static let checkpoints = Table(
        name: "checkpoints",
        sql: """
            CREATE TABLE checkpoints (
                name TEXT PRIMARY KEY,
                position INTEGER NOT NULL,
                time INTEGER NOT NULL
            ) STRICT, WITHOUT ROWID
            """)

    private static let deadLetters = Table(
        name: "dead_letters",
        sql: """
            CREATE TABLE dead_letters (
                letter INTEGER PRIMARY KEY,
                source TEXT NOT NULL,
                recipient TEXT NOT NULL,
                persistence_id TEXT,
                sequence_number INTEGER,
                reason TEXT NOT NULL,
                attempts INTEGER NOT NULL,
                payload BLOB,
                time INTEGER NOT NULL,
                replayed INTEGER
            ) STRICT
            """)

    private static let projections = Table(
        name: "projections",
        sql: """
            CREATE TABLE projections (
                projection INTEGER PRIMARY KEY,
                name TEXT NOT NULL,
                version INTEGER NOT NULL,
                position INTEGER NOT NULL,
                is_live INTEGER NOT NULL,
                time INTEGER NOT NULL
            ) STRICT
            """)

    private static let projectionRows = Table(
        name: "projection_rows",
        sql: """
            CREATE TABLE projection_rows (
                projection INTEGER NOT NULL REFERENCES projections,
                key TEXT NOT NULL,
                value TEXT NOT NULL,
                PRIMARY KEY (projection, key)
            ) STRICT, WITHOUT ROWID
            """)

    static let reactionIndexes = [
        "CREATE UNIQUE INDEX subscriptions_by_target ON subscriptions (application, target)",
        // The frontier that a claim reads: not blocked, not leased, nothing to wait for, something to do.
        """
        CREATE INDEX subscriptions_lagging ON subscriptions (application, lane, priority DESC, watermark, target)
            WHERE blocked IS NULL AND lease_until IS NULL AND due IS NULL AND watermark < work_mark
        """,
        """
        CREATE INDEX subscriptions_lowest ON subscriptions (application, lane, watermark, target)
            WHERE blocked IS NULL AND lease_until IS NULL AND due IS NULL AND watermark < work_mark
        """,
        // What a claim wakes: the earliest first, and no other application's.
        """
        CREATE INDEX subscriptions_leased ON subscriptions (application, lease_until, target)
            WHERE lease_until IS NOT NULL
        """,
        "CREATE INDEX subscriptions_waiting ON subscriptions (application, due, target) WHERE due IS NOT NULL",
        "CREATE INDEX subscriptions_blocked ON subscriptions (application, target) WHERE blocked IS NOT NULL",
        "CREATE INDEX dead_letters_open ON dead_letters (time) WHERE replayed IS NULL",
        "CREATE UNIQUE INDEX projections_by_name ON projections (name, version)",
    ]
}
