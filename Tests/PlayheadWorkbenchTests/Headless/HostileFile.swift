import Foundation
import Glibc
import TestSupport
import Testing

@testable import SQLiteStorage

/// A store file that wants to do more than hold rows, or to take more than there is.
struct HostileFile: Sendable, CustomTestStringConvertible {
    var testDescription: String
    /// The clause with which it is refused; nil where it is shown.
    var refusal: String?
    /// What `verify` says of one that is shown.
    var findings: [String] = []
    var make: @Sendable (String) throws -> Void

    static let all = refused + shown

    /// Those that are no store for this program.
    static let refused: [HostileFile] =
        ["store", "streams", "events", "snapshots", "timers"].map { table in
            .refused(
                "has a view for its table \(table)", "a view stands where the table '\(table)' is expected",
                "ALTER TABLE \(table) RENAME TO hidden; CREATE VIEW \(table) AS SELECT * FROM hidden")
        } + [
            .refused(
                "has a view without an end", "a view stands where the table 'leases' is expected",
                """
                DROP TABLE leases; CREATE VIEW leases AS
                    WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x FROM n
                """),
            .refused(
                "has computed payloads", "the column 'payload' of its table 'events' is computed, and not stored",
                """
                DROP VIEW event_log;
                ALTER TABLE events DROP COLUMN payload;
                ALTER TABLE events ADD COLUMN payload BLOB AS (zeroblob(60000000))
                """),
            .refused(
                "has a virtual table for timers", "a virtual table stands where the table 'timers' is expected",
                "DROP TABLE timers; CREATE VIRTUAL TABLE timers USING fts5(a)"),
            .refused(
                "has 20,000 tables", "its schema has more than 500 entries, which is more than any store's",
                entries(20_000, "'table', 't' || x, 't' || x, rootpage, 'CREATE TABLE t' || x || ' (a)'")),
            .refused(
                "has 20,000 triggers", "its schema has more than 500 entries, which is more than any store's",
                entries(
                    20_000,
                    """
                    'trigger', 't' || x, 'events', 0,
                    'CREATE TRIGGER t' || x || ' INSERT ON events BEGIN DELETE FROM events; END'
                    """)),
            .refused(
                "has a table of 2,000 columns", "the entry 'wide' of its schema is damaged (too many columns on wide)",
                "CREATE TABLE wide (\((0..<2_000).map { "c\($0)" }.joined(separator: ", ")))"),
            .refused(
                "has an entry of 5 MB in its schema",
                "the entry 'huge' of its schema is damaged (string or blob too big)",
                "CREATE TABLE huge (a DEFAULT '\(String(repeating: "x", count: 5_000_000))')"),
            .refused(
                "has events of other types",
                "the column 'position' of its table 'events' is declared as TEXT, and it is to be INTEGER",
                """
                DROP VIEW event_log;
                CREATE TABLE texts (
                    position TEXT, stream TEXT, sequence_number TEXT, type TEXT, schema_version TEXT, time TEXT,
                    writer TEXT, epoch TEXT, checksum TEXT, correlation_id TEXT, causation_id TEXT, command_id TEXT,
                    metadata TEXT, payload TEXT);
                INSERT INTO texts SELECT * FROM events;
                DROP TABLE events;
                ALTER TABLE texts RENAME TO events;
                CREATE UNIQUE INDEX events_by_stream ON events (stream, sequence_number)
                """),
            .refused(
                "has a damaged entry with an escape for its name",
                "the entry 'e\u{241B}[2J' of its schema is damaged (invalid rootpage)",
                """
                PRAGMA writable_schema = 1;
                INSERT INTO sqlite_schema VALUES ('table', 'e' || char(27) || '[2J', 'x', 99999, 'CREATE TABLE x (a)')
                """),
        ]

    /// Those that are looked at without harm.
    static let shown: [HostileFile] = [
        .shown(
            "has triggers",
            """
            CREATE TRIGGER once AFTER INSERT ON events BEGIN DELETE FROM events; END;
            CREATE TRIGGER twice BEFORE UPDATE ON streams BEGIN DELETE FROM streams; END
            """),
        .shown(
            "has a virtual table of a module that nobody has",
            """
            PRAGMA writable_schema = 1;
            INSERT INTO sqlite_schema VALUES ('table', 'evil', 'evil', 0, 'CREATE VIRTUAL TABLE evil USING evil(a)')
            """),
        .shown(
            "has escapes in the names of tables, columns and indexes",
            """
            CREATE TABLE "a\u{1B}[2Jb" ("c\u{1B}[31m");
            CREATE INDEX "i\u{1B}]0;pwn\u{07}" ON "a\u{1B}[2Jb" ("c\u{1B}[31m")
            """),
        .shown(
            "has a payload that is nested 100,000 deep",
            """
            UPDATE events SET payload = CAST(
                replace(hex(zeroblob(50000)), '0', '[') || replace(hex(zeroblob(50000)), '0', ']') AS BLOB)
            WHERE position = 4
            """, "damaged: Account|ann #4  MoneyDeposited does not fit its checksum"),
        .shown(
            "has a payload of 500 MB", "UPDATE events SET payload = zeroblob(500000000) WHERE position = 4",
            "damaged: Account|ann #4  it can't be read: \(tooLong)"),
        .shown(
            "has metadata of 100 MB", "UPDATE events SET metadata = zeroblob(100000000) WHERE position = 4",
            "damaged: Account|ann #4  it can't be read: \(tooLong)"),
        .shown(
            "has a snapshot of 100 MB", "UPDATE snapshots SET state = zeroblob(100000000) WHERE snapshot = 1",
            "snapshot-unusable: Account|ann #3  the snapshot can't be read: \(tooLong)"),
        .shown(
            "has the name of an event type of 100 MB",
            "UPDATE event_types SET name = CAST(zeroblob(100000000) AS TEXT) WHERE type = 1",
            "damaged: Account|ann #1  its type is not one that the store knows",
            "damaged: Account|bob #1  its type is not one that the store knows"),
        HostileFile(
            testDescription: "has a log with a wrong salt beside it",
            findings: ["damaged:  'store.db-wal' is damaged at its beginning, and its changes are left out"]
        ) { path in
            var log = WriteAheadLog()
            log.changeSalts = (8, 9)
            try Data(log.bytes).write(to: URL(fileURLWithPath: path + "-wal"))
        },
    ]

    /// A statement that writes so many entries into the schema; `x` counts them, and `rootpage` is a page of the file.
    ///
    /// The last one is none: whoever reads so far says that of the file.
    private static func entries(_ count: Int, _ values: String) -> String {
        """
        PRAGMA writable_schema = 1;
        WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < \(count))
        INSERT INTO sqlite_schema SELECT \(values)
        FROM n, (SELECT rootpage FROM sqlite_schema WHERE name = 'outbox');
        INSERT INTO sqlite_schema VALUES ('table', 'last', 'last', 99999, 'CREATE TABL last')
        """
    }

    private static let tooLong = "a value of more than 67108864 bytes stands there, and none so long is read"

    private static func refused(_ description: String, _ clause: String, _ sql: String) -> HostileFile {
        HostileFile(testDescription: description, refusal: clause) { try change($0, sql) }
    }

    private static func shown(_ description: String, _ sql: String, _ findings: String...) -> HostileFile {
        HostileFile(testDescription: description, findings: findings) { try change($0, sql) }
    }

    private static func change(_ path: String, _ sql: String) throws {
        try BadFileTests.execute("PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF; \(sql)", on: path)
    }
}
