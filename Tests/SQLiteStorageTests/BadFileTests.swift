import EventSourcing
import Foundation
import SQLiteStorage
import TestSupport
import Testing

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
            let log = Data([0x37, 0x7F, 0x06, 0x82, 0x00, 0x2D, 0xE2, 0x18]) + Data(repeating: 1, count: 600)
            _ = FileManager.default.createFile(atPath: path + "-wal", contents: log)
        },
    ]

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
