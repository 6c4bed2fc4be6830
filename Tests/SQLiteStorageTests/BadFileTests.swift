import EventSourcing
import Foundation
import TestSupport
import Testing

@testable import SQLiteStorage

@Suite("A file that is no store is refused with one sentence, and no byte changes")
struct BadFileTests {
    /// How a bad file is made, and what must be said of it.
    struct BadFile: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var reason: StoreError.Reason
        var make: @Sendable (String) async throws -> Void
    }

    static func file(
        _ description: String, _ reason: StoreError.Reason, _ make: @escaping @Sendable (String) async throws -> Void
    ) -> BadFile {
        BadFile(testDescription: description, reason: reason, make: make)
    }

    static let files: [BadFile] = [
        file("is not there", .missing) { _ in },
        file("is a folder", .folder) { path in
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        },
        file("is empty", .empty) { path in
            _ = FileManager.default.createFile(atPath: path, contents: Data())
        },
        file("is text", .notADatabase) { path in
            _ = FileManager.default.createFile(atPath: path, contents: Data(repeating: 65, count: 5_000))
        },
        file("is short text", .notADatabase) { path in
            _ = FileManager.default.createFile(atPath: path, contents: Data("hello".utf8))
        },
        file("is another SQLite database", .notAStore) { path in
            try run("CREATE TABLE events (a, b); INSERT INTO events VALUES (1, 2)", on: path)
        },
        file("has a newer layout", .newerLayout(version: 7)) { path in
            try await makeStore(at: path)
            try run("PRAGMA user_version = 7", on: path)
        },
        file("has a damaged header", .corrupt) { path in
            try await makeStore(at: path)
            try overwrite(path, at: 16, with: [0xFF, 0x13])
        },
        file("has a damaged first word", .corrupt) { path in
            try await makeStore(at: path)
            try overwrite(path, at: 0, with: [0])
        },
        file("has a damaged schema page", .corrupt) { path in
            try await makeStore(at: path)
            try overwrite(path, at: 100, with: [UInt8](repeating: 0xA5, count: 200))
        },
        file("has no events table", .corrupt) { path in
            try await makeStore(at: path)
            try run("DROP TABLE events", on: path)
        },
        file("has a column missing", .corrupt) { path in
            try await makeStore(at: path)
            try run("ALTER TABLE events RENAME COLUMN epoch TO era", on: path)
        },
        file("has a view where a table is expected", .corrupt) { path in
            try await makeStore(at: path)
            try run("DROP TABLE snapshots; CREATE VIEW snapshots AS SELECT 1 AS a", on: path)
        },
        file("has a rollback journal beside it", .needsRecovery) { path in
            try await makeStore(at: path)
            _ = FileManager.default.createFile(atPath: path + "-journal", contents: Data(repeating: 1, count: 600))
        },
        file("has a log without its index beside it", .needsRecovery) { path in
            try await makeStore(at: path)
            _ = FileManager.default.createFile(atPath: path + "-wal", contents: Data(WriteAheadLog().bytes))
        },
        file("has a log of another version beside it", .unreadableLog) { path in
            try await makeStore(at: path)
            var log = WriteAheadLog()
            log.version = 3_007_001
            _ = FileManager.default.createFile(atPath: path + "-wal", contents: Data(log.bytes))
        },
        file("is a pipe", .notADatabase) { path in try #require(mkfifo(path, 0o600) == 0) },
        file("is a device", .notADatabase) { path in
            try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/dev/zero")
        },
        file("has a pipe for a log", .inputOutput) { path in
            try await makeStore(at: path)
            try #require(mkfifo(path + "-wal", 0o600) == 0)
        },
        file("has a pipe for a journal", .inputOutput) { path in
            try await makeStore(at: path)
            try #require(mkfifo(path + "-journal", 0o600) == 0)
        },
        file("has a schema without an end", .corrupt) { path in
            try await makeStore(at: path)
            // Each by a statement of its own would take many seconds.
            try run(
                """
                PRAGMA writable_schema = 1;
                WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 20000)
                INSERT INTO sqlite_schema SELECT 'view', 'v' || x, 'v' || x, 0, 'CREATE VIEW v' || x || ' AS SELECT 1' FROM n
                """, on: path)
        },
        file("has a table of 2,000 columns", .corrupt) { path in
            try await makeStore(at: path)
            try run("CREATE TABLE wide (\((0..<2_000).map { "c\($0)" }.joined(separator: ", ")))", on: path)
        },
        file("has a huge entry in its schema", .corrupt) { path in
            try await makeStore(at: path)
            try run("CREATE TABLE huge (a DEFAULT '\(String(repeating: "x", count: 5_000_000))')", on: path)
        },
        file("has events without types", .corrupt) { path in
            try await makeStore(at: path)
            try replaceEvents(with: { $0 }, at: path)
        },
        file("has events whose columns are texts", .corrupt) { path in
            try await makeStore(at: path)
            try replaceEvents(with: { "\($0) TEXT" }, at: path)
        },
        file("has events whose payloads are computed", .corrupt) { path in
            try await makeStore(at: path)
            try replaceEvents(
                with: { $0 == "payload" ? "payload BLOB AS (zeroblob(60000000))" : declaration(of: $0) }, at: path)
        },
        file("has events without a key", .corrupt) { path in
            try await makeStore(at: path)
            try replaceEvents(with: { $0 == "position" ? "position INTEGER" : declaration(of: $0) }, at: path)
        },
    ]

    /// Makes the table of events anew, with each of its columns declared as told.
    private static func replaceEvents(with declaration: (String) -> String, at path: String) throws {
        let names = [
            "position", "stream", "sequence_number", "type", "schema_version", "time", "writer", "epoch", "checksum",
            "correlation_id", "causation_id", "command_id", "metadata", "payload",
        ]
        try run(
            """
            DROP TABLE events;
            CREATE TABLE events (\(names.map(declaration).joined(separator: ", ")));
            CREATE UNIQUE INDEX events_by_stream ON events (stream, sequence_number)
            """, on: path)
    }

    /// As the layout declares a column of events.
    private static func declaration(of column: String) -> String {
        switch column {
        case "position": "position INTEGER PRIMARY KEY"
        case "correlation_id", "causation_id", "command_id", "metadata", "payload": "\(column) BLOB"
        default: "\(column) INTEGER"
        }
    }

    @Test("a schema of 500 entries is read, and one more is refused", arguments: [500, 501])
    func schemaSize(_ count: Int) async throws {
        let folder = try TemporaryFolder()
        try await makeStore(at: folder.file())
        let sound = Layout.statements.count + 2
        let views = (sound..<count).map { "CREATE VIEW v\($0) AS SELECT 1" }.joined(separator: "; ")
        try run("BEGIN; \(views); COMMIT", on: folder.file())
        #expect(refusal(of: folder.file()) == (count == 500 ? nil : .corrupt))
        let store = try? SQLiteStore.open(folder.file())
        #expect((store != nil) == (count == 500))
        store?.close()
    }

    @Test("is refused for looking, and the folder stays as it was", arguments: files)
    func isRefused(_ bad: BadFile) async throws {
        let folder = try TemporaryFolder()
        try await bad.make(folder.file())
        let before = try folder.contents()
        #expect(refusal(of: folder.file()) == bad.reason)
        #expect(try folder.contents() == before)
    }

    @Test("is refused for writing too", arguments: files.filter { $0.reason != StoreError.Reason.needsRecovery })
    func isRefusedForWriting(_ bad: BadFile) async throws {
        let folder = try TemporaryFolder()
        try await bad.make(folder.file())
        let before = try folder.contents().mapValues(\.bytes)
        let error = #expect(throws: StoreError.self) { try SQLiteStore.open(folder.file()) }
        #expect(error?.reason == bad.reason)
        #expect(error?.description.hasPrefix(folder.file()) == true)
        #expect(try folder.contents().mapValues(\.bytes) == before)
    }

    @Test("creating over a file that is there is refused")
    func creatingOverAFile() async throws {
        let folder = try TemporaryFolder()
        try await makeStore(at: folder.file())
        let error = #expect(throws: StoreError.self) { try SQLiteStore.create(folder.file()) }
        #expect(error?.reason == .alreadyThere)
    }

    static func overwrite(_ path: String, at offset: Int, with bytes: [UInt8]) throws {
        var data = try Data(contentsOf: URL(fileURLWithPath: path))
        data.replaceSubrange(offset..<offset + bytes.count, with: bytes)
        try data.write(to: URL(fileURLWithPath: path))
    }
}
