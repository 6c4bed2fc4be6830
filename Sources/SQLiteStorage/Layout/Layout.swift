/// The layout of a store file, version 3: every table at once, used yet or not.
///
/// Times are microseconds since 1970 in UTC, ids are 16 bytes, names of types and writers are integers into their tables.
/// `checksum` is described at `EventChecksum` and `RowChecksum`.
package enum Layout {
    /// The version that this program writes, kept in `user_version`; `steps` lead to it from those before.
    package static let version = 3

    /// Marks the file as a store, for `file(1)` and for us: `Plhd` in ASCII, kept in `application_id`.
    package static let applicationID: Int32 = 0x506C_6864

    /// Everything that a new file gets, in this order.
    static var statements: [String] { tables.map(\.sql) + indexes + [eventLog] }

    /// A table with the statement that makes it.
    struct Table {
        let name: String
        let sql: String
    }

    /// The tables of the event log, which a reader needs.
    static let tables: [Table] = logTables + stateTables + reactionTables

    static let logTables = [store, streams, eventTypes, writers, events, snapshots]

    private static let store = Table(
        name: "store",
        sql: """
            CREATE TABLE store (
                id INTEGER PRIMARY KEY CHECK (id = 1),
                store_id BLOB NOT NULL CHECK (length(store_id) = 16),
                created INTEGER NOT NULL,
                layout_version INTEGER NOT NULL,
                high_water INTEGER NOT NULL,
                deleted_events INTEGER NOT NULL
            ) STRICT
            """)

    private static let streams = Table(
        name: "streams",
        sql: """
            CREATE TABLE streams (
                stream INTEGER PRIMARY KEY,
                entity_type TEXT NOT NULL,
                entity_id TEXT NOT NULL,
                head INTEGER NOT NULL,
                deleted_to INTEGER NOT NULL,
                event_count INTEGER NOT NULL,
                first_time INTEGER NOT NULL,
                last_time INTEGER NOT NULL,
                writer INTEGER REFERENCES writers,
                epoch INTEGER NOT NULL,
                persistence_id TEXT AS (entity_type || '|' || entity_id)
            ) STRICT
            """)

    private static let eventTypes = Table(
        name: "event_types",
        sql: """
            CREATE TABLE event_types (
                type INTEGER PRIMARY KEY,
                name TEXT NOT NULL UNIQUE
            ) STRICT
            """)

    private static let writers = Table(
        name: "writers",
        sql: """
            CREATE TABLE writers (
                writer INTEGER PRIMARY KEY,
                id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
                host TEXT NOT NULL,
                process INTEGER NOT NULL,
                started INTEGER NOT NULL,
                program TEXT NOT NULL,
                version TEXT NOT NULL
            ) STRICT
            """)

    private static let events = Table(
        name: "events",
        sql: """
            CREATE TABLE events (
                position INTEGER PRIMARY KEY,
                stream INTEGER NOT NULL REFERENCES streams,
                sequence_number INTEGER NOT NULL,
                type INTEGER NOT NULL REFERENCES event_types,
                schema_version INTEGER NOT NULL,
                time INTEGER NOT NULL,
                writer INTEGER NOT NULL REFERENCES writers,
                epoch INTEGER NOT NULL,
                checksum INTEGER NOT NULL,
                correlation_id BLOB,
                causation_id BLOB,
                command_id BLOB,
                metadata BLOB,
                payload BLOB NOT NULL
            ) STRICT
            """)

    private static let snapshots = Table(
        name: "snapshots",
        sql: """
            CREATE TABLE snapshots (
                snapshot INTEGER PRIMARY KEY,
                persistence_id TEXT NOT NULL,
                sequence_number INTEGER NOT NULL,
                state_type TEXT NOT NULL,
                schema_version INTEGER NOT NULL,
                writer BLOB NOT NULL CHECK (length(writer) = 16),
                epoch INTEGER NOT NULL,
                time INTEGER NOT NULL,
                checksum INTEGER NOT NULL,
                state BLOB NOT NULL
            ) STRICT
            """)

    static let logIndexes = [
        "CREATE UNIQUE INDEX streams_by_name ON streams (entity_type, entity_id)",
        "CREATE INDEX streams_by_newest ON streams (last_time DESC, entity_type, entity_id)",
        eventIndex,
        "CREATE UNIQUE INDEX snapshots_by_number ON snapshots (persistence_id, sequence_number)",
    ]

    /// The only index for events: each stream's next key lies on another page, which is what a growing store costs.
    static let eventIndex = "CREATE UNIQUE INDEX events_by_stream ON events (stream, sequence_number)"

    static var indexes: [String] { logIndexes + stateIndexes + reactionIndexes }

    /// The log for people and other tools: names instead of keys, ids and times as text.
    static let eventLog = """
        CREATE VIEW event_log AS
        SELECT
            events.position,
            streams.persistence_id,
            events.sequence_number,
            event_types.name AS type,
            events.schema_version,
            strftime('%Y-%m-%dT%H:%M:%S', events.time / 1000000, 'unixepoch')
                || printf('.%06dZ', events.time % 1000000) AS time,
            CAST(events.payload AS TEXT) AS payload,
            CAST(events.metadata AS TEXT) AS metadata,
            hex(writers.id) AS writer,
            writers.program,
            writers.host,
            events.epoch,
            hex(events.correlation_id) AS correlation_id,
            hex(events.causation_id) AS causation_id,
            hex(events.command_id) AS command_id,
            printf('%012x', events.checksum & 281474976710655) AS checksum
        FROM events
        LEFT JOIN streams ON streams.stream = events.stream
        LEFT JOIN event_types ON event_types.type = events.type
        LEFT JOIN writers ON writers.writer = events.writer
        """
}
