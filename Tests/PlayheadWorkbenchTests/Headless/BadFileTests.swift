import EventSourcing
import Foundation
import TestSupport
import Testing

@testable import PlayheadWorkbench
@testable import SQLiteStorage

@Suite("A bad file is one sentence and exit code 3, and no byte changes")
struct BadFileTests {
    struct BadFile: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var sentence: String
        var make: @Sendable (String) async throws -> Void

        init(_ description: String, _ sentence: String, _ make: @escaping @Sendable (String) async throws -> Void) {
            testDescription = description
            self.sentence = sentence
            self.make = make
        }
    }

    static let files: [BadFile] = [
        BadFile("is not there", "is not there") { _ in },
        BadFile("is a folder", "is a folder, and a store is a file") { path in
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        },
        BadFile("is empty", "is empty, and no store; `playhead sample` makes one") { path in
            try Data().write(to: URL(fileURLWithPath: path))
        },
        BadFile("has one byte", "is not a store: it is no SQLite database: it has 1 byte, too short for one") { path in
            try Data([0x78]).write(to: URL(fileURLWithPath: path))
        },
        BadFile("is cut within its header", "is not a store: it is no SQLite database: it has 99 bytes") { path in
            try await sample(path)
            try Data(contentsOf: URL(fileURLWithPath: path)).prefix(99).write(to: URL(fileURLWithPath: path))
        },
        BadFile("is text", "is not a store: it is no SQLite database") { path in
            try Data(repeating: 65, count: 5_000).write(to: URL(fileURLWithPath: path))
        },
        BadFile("is another SQLite database", "is an SQLite database, and not a store of Playhead") { path in
            try Connection(path, .creating).execute("CREATE TABLE notes (a, b)")
        },
        BadFile("has a damaged header", "is damaged") { path in
            try await sample(path)
            try overwrite(path, at: 16, with: [0xFF, 0x13])
        },
        BadFile("has a damaged schema", "is damaged") { path in
            try await sample(path)
            try overwrite(path, at: 100, with: [UInt8](repeating: 0xA5, count: 200))
        },
        BadFile("is a pipe", "is not a store: it is no SQLite database: it is a device or a pipe") { path in
            try #require(mkfifo(path, 0o600) == 0)
        },
        BadFile("is a device", "is not a store: it is no SQLite database: it is a device or a pipe") { path in
            try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/dev/zero")
        },
        BadFile("is of another program", "is an SQLite database, and not a store of Playhead") { path in
            try await sample(path)
            try execute("PRAGMA application_id = 77", on: path)
        },
        BadFile("has a pipe for a log", "can't be read or written: the system reports an error: 'store.db-wal' is a ") {
            path in
            try await sample(path)
            try #require(mkfifo(path + "-wal", 0o600) == 0)
        },
        BadFile("has a log of another version", "has changes beside it, which this program can't read: 'store.db-wal'")
        {
            path in
            try await sample(path)
            var log = WriteAheadLog()
            log.version = 3_007_001
            try Data(log.bytes).write(to: URL(fileURLWithPath: path + "-wal"))
        },
        BadFile("is of a newer version", "has layout 77, which is newer than this program; use a newer program") {
            path in
            try await sample(path)
            try execute("PRAGMA user_version = 77", on: path)
        },
    ]

    static func sample(_ path: String) async throws {
        try #require(try await playhead("sample", "--events", "200", path).code == .fine)
    }

    /// Runs a statement on a file as any other program could, and leaves no log beside it.
    static func execute(_ sql: String, on path: String) throws {
        let connection = try Connection(path, .writing)
        try connection.execute("PRAGMA journal_mode = DELETE")
        try connection.execute(sql)
    }

    static func overwrite(_ path: String, at offset: Int, with bytes: [UInt8]) throws {
        var data = try Data(contentsOf: URL(fileURLWithPath: path))
        data.replaceSubrange(offset..<offset + bytes.count, with: bytes)
        try data.write(to: URL(fileURLWithPath: path))
    }

    @Test("is refused by every command that opens a store", arguments: files)
    func isRefused(_ bad: BadFile) async throws {
        let folder = try TemporaryFolder()
        let path = folder.file()
        try await bad.make(path)
        let before = try folder.contents()
        let id = path + "#Order|order-00001"
        for words in [
            ["streams", path], ["events", path, "--json"], ["state", id], ["who", id, "status"],
            ["send", id, "cancel"],
            ["send", "--write", id, "cancel reason=x"], ["verify", path], ["writers", path], ["snapshots", id],
            ["screenshot", path],
        ] {
            let run = try await playhead(words)
            #expect(run.code == .unreadable, "\(words)")
            #expect(run.talk.hasPrefix("playhead: \(path) \(bad.sentence)"), "\(words)")
            #expect(run.talk.split(separator: "\n").count == 1)
            #expect(run.data.isEmpty)
        }
        #expect(try folder.contents() == before)
    }

    @Test("writing into a file that may not be written is exit code 3")
    func readOnly() async throws {
        let folder = try TemporaryFolder()
        try await Self.sample(folder.file())
        try FileManager.default.setAttributes([.posixPermissions: 0o500], ofItemAtPath: folder.path)
        defer { try? FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder.path) }
        let run = try await playhead("send", "--write", folder.file() + "#Order|new", "place customer=c-1 city=Bern")
        // A superuser may write everywhere.
        #expect(run.code == (geteuid() == 0 ? .fine : .unreadable))
        #expect(run.talk.contains("its folder is read-only") == (geteuid() != 0))
    }

    @Test("a log or an index of the log that can't be read is named", arguments: ["-wal", "-shm"])
    func unreadableLog(_ suffix: String) async throws {
        let folder = try TemporaryFolder()
        let path = folder.file()
        try await Self.sample(path)
        try FileManager.default.createDirectory(atPath: path + suffix, withIntermediateDirectories: false)
        let writing = ["send", "--write", path + "#Order|new", "place customer=c-1"]
        // Looking needs no index where there is no log.
        for words in suffix == "-wal" ? [["streams", path], writing] : [writing] {
            let run = try await playhead(words)
            #expect(run.code == .unreadable)
            #expect(run.talk.contains("'store.db\(suffix)' is a folder"), "\(run.talk)")
        }
    }

    @Test(
        "a log of another version is named, and what would be right, and it stays as it is", arguments: [true, false])
    func otherLog(isWriting: Bool) async throws {
        let folder = try TemporaryFolder()
        let path = folder.file()
        try await Self.sample(path)
        var log = WriteAheadLog()
        log.version = 3_007_001
        try Data(log.bytes).write(to: URL(fileURLWithPath: path + "-wal"))
        let before = try folder.contents()
        let id = path + "#Order|new"
        let run = try await playhead(
            (isWriting ? ["send", "--write"] : ["send"]) + [id, "place customer=c-1 city=Bern"])
        #expect(run.code == .unreadable)
        #expect(
            run.talk == """
                playhead: \(path) has changes beside it, which this program can't read: 'store.db-wal' is a log of version \
                3007001, and this program knows 3007000; the program that wrote it empties it into the file when it closes \
                the file

                """)
        #expect(try folder.contents() == before)
    }

    @Test("a log that is damaged at its beginning is left out for whoever looks, and refused for whoever writes")
    func damagedLog() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file()
        try await Self.sample(path)
        var log = WriteAheadLog()
        log.changeSalts = (8, 9)
        try Data(log.bytes).write(to: URL(fileURLWithPath: path + "-wal"))
        let before = try folder.contents()
        let shown = try await playhead("streams", path)
        #expect(shown.code == .fine)
        #expect(
            shown.talk
                == "playhead: \(path): 'store.db-wal' is damaged at its beginning, and its changes are left out\n")
        let words = ["send", "--write", path + "#Order|new", "place customer=c-1 city=Bern"]
        let sent = try await playhead(words)
        #expect(sent.code == .unreadable)
        #expect(sent.data.isEmpty)
        #expect(
            sent.talk == """
                playhead: \(path) has changes beside it, which this program can't read: 'store.db-wal' is damaged at its \
                beginning, and writing would destroy the commits that may stand in it; `playhead backup` or \
                `playhead repair` makes a new file of what can be read, and moving the log away gives those commits up

                """)
        #expect(try folder.contents() == before)
        for command in [["backup"], ["repair", "--yes"]] {
            let copy = folder.file("\(command[0]).db")
            #expect(try await playhead([command[0], path, copy] + command.dropFirst()).code == .fine, "\(command)")
            let other = ["send", "--write", copy + "#Order|new", "place customer=c-1 city=Bern"]
            #expect(try await playhead(other).code == .fine, "\(command)")
        }
        #expect(try folder.contents().filter { $0.key.hasPrefix("store.db") } == before)
        try FileManager.default.removeItem(atPath: path + "-wal")
        #expect(try await playhead(words).talk.isEmpty)
    }

    @Test("what SQLite finds in pages is a line for each, without its heading and marks")
    func pages() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file()
        try await Self.sample(path)
        // The last pages are those of the index of events; its cells point nowhere now.
        let size = try Data(contentsOf: URL(fileURLWithPath: path)).count
        for page in 1...2 {
            try Self.overwrite(path, at: size - page * 4_096 + 8, with: [UInt8](repeating: 0xFF, count: 200))
        }
        let text = try await playhead("verify", path)
        let lines = text.lines.filter { $0.hasPrefix("damaged-page:") }
        #expect(lines.count > 2 && lines.count <= 11, "\(lines.count)")
        #expect(!text.data.contains("*** in database") && !text.data.contains("␊"))
        let all = try await playhead("verify", path, "--json").objects().filter { $0["kind"] == "damaged-page" }
        #expect(all.count > 10)
        #expect(lines.last == "damaged-page:  and \(all.count - 10) more of this kind; --json lists them all")
    }

    @Test(
        "what stands in the place of a table is named in our words",
        arguments: [
            (
                "sql = 'CREATE VIRTUAL TABLE store USING fts5(a)', rootpage = 0",
                "a virtual table stands where the table 'store' is expected"
            ),
            (
                "sql = 'CREATE VIEW store AS SELECT 1 AS a', rootpage = 0",
                "the entry 'store' of its schema is damaged"
            ),
        ])
    func schema(_ change: String, _ sentence: String) async throws {
        let folder = try TemporaryFolder()
        let path = folder.file()
        try await Self.sample(path)
        try Self.execute(
            "PRAGMA writable_schema = 1; UPDATE sqlite_schema SET \(change) WHERE name = 'store'", on: path)
        let run = try await playhead("streams", path)
        #expect(run.code == .unreadable)
        #expect(run.talk == "playhead: \(path) is damaged: \(sentence)\n")
    }

    @Test("an entry of the schema that SQLite can't read is named in our words")
    func schemaEntry() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file()
        try await Self.sample(path)
        try Self.execute(
            "PRAGMA writable_schema = 1; UPDATE sqlite_schema SET sql = 'CREATE TABL x' WHERE name = 'outbox'",
            on: path)
        let run = try await playhead("send", "--write", path + "#Order|new", "place customer=c-1")
        #expect(run.code == .unreadable)
        #expect(run.talk.hasPrefix("playhead: \(path) is damaged: the entry 'outbox' of its schema is damaged"))
    }

    @Test("a damaged event is told at its place, the rest goes on, and verify exits with 1")
    func damagedEvent() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file()
        try await Self.sample(path)
        try Self.execute("UPDATE events SET payload = x'00' WHERE position = 7", on: path)
        let before = try folder.contents()
        let log = try await playhead("events", path, "--json")
        #expect(log.code == .findings)
        let problems = try log.objects().filter { $0["problem"] != .null }
        #expect(problems.map { $0["position"] } == [7])
        #expect(log.lines.count == 200)
        #expect(
            try await playhead("events", path).lines.filter { $0.contains("! it does not fit its checksum") }.count == 1
        )
        let verify = try await playhead("verify", path, "--json")
        #expect(verify.code == .findings)
        #expect(try verify.objects().contains { $0["kind"] == "damaged" })
        #expect(try folder.contents() == before)
    }

    @Test("a cut file is read as far as it goes")
    func cutFile() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file()
        try #require(try await playhead("sample", "--events", "2000", path).code == .fine)
        let sound = try Data(contentsOf: URL(fileURLWithPath: path))
        // The index of events was made last, so the rows in front of it stay.
        try sound.dropLast(30_000).write(to: URL(fileURLWithPath: path))
        let before = try folder.contents()
        let verify = try await playhead("verify", path)
        #expect(verify.code == .findings)
        #expect(!verify.data.isEmpty)
        let events = try await playhead("events", path)
        #expect(events.code == .findings)
        #expect(events.lines.count > 100)
        #expect(try await playhead("streams", path).code == .fine)
        #expect(try folder.contents() == before)
    }

    @Test("a row at the highest position that there is ends the list, and the program goes on")
    func highestPosition() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file()
        try await Self.sample(path)
        try Self.execute("UPDATE events SET position = 9223372036854775807 WHERE position = 200", on: path)
        let run = try await playhead("events", path, "--json")
        #expect(run.code == .findings)
        #expect(run.lines.count == 200)
    }

    @Test("a file with changes beside it is looked at as a copy, where that is asked for")
    func copy() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file()
        try await Self.sample(path)
        do {
            let connection = try Connection(path, .writing)
            try connection.execute("PRAGMA wal_autocheckpoint = 0")
            try connection.execute("UPDATE streams SET epoch = epoch + 1")
            for suffix in ["", "-wal"] {
                try FileManager.default.copyItem(atPath: path + suffix, toPath: folder.file("left.db") + suffix)
            }
        }
        let left = folder.file("left.db")
        let before = try folder.contents()
        let copies = try Self.copies()
        let refused = try await playhead("streams", left)
        #expect(refused.code == .unreadable)
        #expect(refused.talk.contains("its '-shm' is missing; look at a copy, with --copy"))
        let run = try await playhead("streams", left, "--copy")
        #expect(run.code == .fine)
        #expect(run.talk.contains("looking at a copy of \(left)"))
        #expect(run.lines.count > 2)
        #expect(try await playhead("state", left + "#Order|order-00001", "--copy").code == .fine)
        let odd = folder.file("odd#%.db")
        for suffix in ["", "-wal"] { try FileManager.default.copyItem(atPath: left + suffix, toPath: odd + suffix) }
        let encoded = folder.file("odd%23%25.db")
        #expect(try await playhead("streams", encoded, "--copy").code == .fine)
        #expect(try await playhead("state", encoded + "#Order|order-00001@3", "--copy").code == .fine)
        for suffix in ["", "-wal"] { try FileManager.default.removeItem(atPath: odd + suffix) }
        #expect(try folder.contents() == before)
        #expect(try Self.copies().isSubset(of: copies), "the copies are removed again")
    }

    private static func copies() throws -> Set<String> {
        Set(try FileManager.default.contentsOfDirectory(atPath: "/tmp").filter { $0.hasPrefix("playhead-copy-") })
    }

    @Test("what contradicts itself is found: heads, gaps, orphans")
    func structure() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file()
        try await Self.sample(path)
        try Self.execute("DELETE FROM events WHERE stream = 1 AND sequence_number = 3", on: path)
        let findings = try await playhead("verify", path, "--json").objects()
        let gaps = findings.filter { $0["kind"] == "gap" }
        #expect(gaps.count == 1)
        #expect(gaps.first?["sequenceNumber"] == 3)
        #expect(findings.count { $0["kind"] == "head-mismatch" } == 1)
    }
}
