import EventSourcing
import Foundation
import TestSupport
import Testing

@testable import SQLiteStorage

@Suite("Whole pages can be lost, and what is left of the file can be looked at")
struct LostPagesTests {
    private func zero(_ name: String, at path: String) throws {
        let root = try Connection(path, .lookingAlone).integer(
            "SELECT rootpage FROM sqlite_schema WHERE name = '\(name)'")
        let start = (Int(try #require(root)) - 1) * 4096
        try BadFileTests.overwrite(path, at: start, with: [UInt8](repeating: 0, count: 4096))
    }

    private func pages(_ reader: SQLiteReader) throws -> [StructuralFinding] {
        var pages: [StructuralFinding] = []
        try reader.checkPages {
            pages.append($0)
            return .next
        }
        return pages
    }

    private func structure(_ reader: SQLiteReader) throws -> [StructuralFinding] {
        var findings: [StructuralFinding] = []
        try reader.checkStreams {
            findings.append($0)
            return .next
        }
        return findings
    }

    @Test(
        "a zeroed root opens, is found, and takes only its own part",
        arguments: [
            "store", "event_types", "writers", "snapshots", "streams", "streams_by_name", "streams_by_newest", "events",
            "events_by_stream",
        ])
    func zeroedRoot(_ name: String) async throws {
        let folder = try TemporaryFolder()
        let path = folder.file()
        try await makeStore(at: path)
        try zero(name, at: path)
        let before = try folder.contents()
        let reader = try SQLiteReader(path)
        #expect(try !pages(reader).isEmpty)
        _ = try structure(reader)
        if name != "streams" {
            for order in [StreamQuery.Order.name, .newest] {
                #expect(try reader.streams(StreamQuery(order: order)).count == 3, "\(order)")
            }
            #expect(try reader.head(of: .named("Order|1"))?.sequenceNumber == 20)
        }
        if name != "events" {
            var rows = 0
            try reader.readAll(from: 1, through: .max, reversed: false, fields: .all) { _ in
                rows += 1
                return .next
            }
            #expect(rows == 60)
        }
        #expect(try folder.contents() == before)
    }

    @Test("a file that was cut in the middle opens, and what is left of the log is read", arguments: [2, 3, 4])
    func cutInTheMiddle(_ quarters: Int) async throws {
        let folder = try TemporaryFolder()
        let path = folder.file()
        try await makeStore(at: path, streams: 1, events: 3_000)
        let sound = try Data(contentsOf: URL(fileURLWithPath: path))
        try sound.prefix(sound.count * quarters / 5).write(to: URL(fileURLWithPath: path))
        let before = try folder.contents()
        let reader = try SQLiteReader(path)
        #expect(reader.problems.first?.hasPrefix("it was cut: it has ") == true)
        #expect(try !pages(reader).isEmpty)
        #expect(try reader.streams(StreamQuery()).map(\.persistenceID) == [.named("Order|0")])
        var last: Int64 = 0
        let error = #expect(throws: StoreError.self) {
            try reader.readAll(from: 1, through: .max, reversed: false, fields: .all) { event in
                #expect(event.position > last)
                last = event.position
                return .next
            }
        }
        #expect(error?.reason == .corrupt)
        #expect(error?.position ?? 0 > last)
        #expect(last > 50)
        #expect(try folder.contents() == before)
    }

    @Test("a log that is none, with its index beside it, is taken as empty at once", arguments: [8, 600, 100_000])
    func garbageLog(_ size: Int) async throws {
        let folder = try TemporaryFolder()
        let path = folder.file()
        try await makeStore(at: path)
        try Data(repeating: 0x5A, count: size).write(to: URL(fileURLWithPath: path + "-wal"))
        try Data(count: 32_768).write(to: URL(fileURLWithPath: path + "-shm"))
        let before = try folder.contents()
        let start = ContinuousClock.now
        let reader = try SQLiteReader(path)
        #expect(try reader.numbers("Order|0").count == 20)
        #expect(ContinuousClock.now - start < .seconds(5))
        #expect(reader.problems.count == 1)
        #expect(reader.problems.first?.contains("-wal' is no log of SQLite, and is left out") == true)
        #expect(try folder.contents() == before)
    }

    @Test("a log of another version is refused, and nothing of it is left out in silence")
    func otherLog() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file()
        try await makeStore(at: path)
        var log = WriteAheadLog()
        log.version = 3_007_001
        try Data(log.bytes).write(to: URL(fileURLWithPath: path + "-wal"))
        try Data(count: 32_768).write(to: URL(fileURLWithPath: path + "-shm"))
        let before = try folder.contents()
        for open in [{ _ = try SQLiteReader(path) }, { _ = try SQLiteStore.open(path) }] as [() throws -> Void] {
            let error = #expect(throws: StoreError.self) { try open() }
            #expect(error?.reason == .unreadableLog)
            #expect(
                error?.detail == """
                    'store.db-wal' is a log of version 3007001, and this program knows 3007000; the program that wrote it \
                    empties it into the file when it closes the file
                    """)
        }
        #expect(try folder.contents() == before)
    }

    @Test(
        "a log that is damaged at its beginning is left out, and said to be; a sound one is read",
        arguments: [16, 20, 24, 40, 44, nil], [true, false])
    func damagedLog(place: Int?, hasIndex: Bool) async throws {
        let (folder, other) = (try TemporaryFolder(), try TemporaryFolder())
        var options = SQLiteStoreOptions()
        options.checkpointsInBackground = false
        let store = try SQLiteStore.create(folder.file(), options: options)
        try await store.append("a", "b", to: "Order|1")
        for suffix in hasIndex ? ["", "-wal", "-shm"] : ["", "-wal"] {
            try FileManager.default.copyItem(atPath: folder.file() + suffix, toPath: other.file() + suffix)
        }
        let path = other.file()
        if let place { try BadFileTests.overwrite(path + "-wal", at: place, with: [1, 2, 3, 4]) }
        let before = try other.contents()
        if place == nil, !hasIndex {
            #expect(refusal(of: path) == .needsRecovery)
        } else {
            let reader = try SQLiteReader(path)
            #expect(try reader.totals().events == (place == nil ? 2 : 0))
            let problem = "'store.db-wal' is damaged at its beginning, and its changes are left out"
            #expect(reader.problems == (place == nil ? [] : [problem]))
        }
        #expect(try other.contents() == before)
        store.close()
    }

    @Test("the beginning of a log tells whether SQLite reads it")
    func logHeader() {
        func header(_ change: (inout WriteAheadLog) -> Void = { _ in }) -> LogHeader {
            var log = WriteAheadLog()
            change(&log)
            return LogHeader(Array(log.bytes.prefix(LogHeader.length)))
        }
        #expect(header() == .sound)
        #expect(header { $0.isBigEndian = true } == .sound)
        #expect(header { $0.version = 3_007_001 } == .ofOtherVersion(3_007_001))
        #expect(header { $0.changeSalts = (6, 1) } == .sound, "one that was begun anew over another")
        #expect(header { $0.changeSalts = (5, 1) } == .ofOtherChanges)
        #expect(header { $0.changeSalts = (7, 1) } == .ofOtherChanges)
        #expect(header { ($0.salts, $0.changeSalts) = ((0, 9), (.max, 1)) } == .sound)
        let bytes = WriteAheadLog().bytes
        let unwritten = bytes.prefix(32) + [UInt8](repeating: 0, count: 24)
        #expect(LogHeader(Array(unwritten)) == .sound, "one whose first change a power cut has taken")
        for count in 8..<56 { #expect(LogHeader(Array(bytes.prefix(count))) == .sound, "\(count)") }
        for count in 1..<8 { #expect(LogHeader(Array(bytes.prefix(count))) == LogHeader.none) }
        for place in 8..<32 {
            var changed = bytes
            changed[place] ^= 0x10
            #expect(LogHeader(changed) == .damaged, "\(place)")
        }
        for place in [0, 3] {
            var changed = bytes
            changed[place] ^= 0x10
            #expect(LogHeader(changed) == LogHeader.none)
        }
    }

    @Test("a schema that was damaged in a whole file stays refused")
    func damagedSchema() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file()
        try await makeStore(at: path)
        try run(
            """
            PRAGMA writable_schema = 1;
            INSERT INTO sqlite_master VALUES ('index', 'zz', 'nope', 9, 'CREATE INDEX zz ON nope(x)')
            """, on: path)
        #expect(refusal(of: path) == .corrupt)
    }

    @Test("the highest position and number end a reading, and never overflow")
    func highest() async throws {
        for column in ["position", "sequence_number"] {
            let folder = try TemporaryFolder()
            let path = folder.file()
            try await makeStore(at: path, streams: 1, events: 5)
            try run("UPDATE events SET \(column) = 9223372036854775807 WHERE position = 5", on: path)
            let reader = try SQLiteReader(path)
            for reversed in [false, true] {
                var rows = 0
                try reader.readAll(from: 1, through: .max, reversed: reversed, fields: .all) { _ in
                    rows += 1
                    return .next
                }
                try reader.read(.named("Order|0"), from: 1, through: .max, reversed: reversed, fields: .all) { _ in
                    rows += 1
                    return .next
                }
                #expect(rows == 10)
            }
        }
    }

    @Test("a stream whose name is none is found, and so is one that its index does not find")
    func damagedNames() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file()
        try await makeStore(at: path)
        try run("UPDATE streams SET entity_id = '' WHERE stream = 2", on: path)
        #expect(try structure(try SQLiteReader(path)) == [.name(stream: 2)])
    }

    @Test("a head that was pruned further than it goes is found")
    func deletedTo() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file()
        try await makeStore(at: path)
        try run("UPDATE streams SET deleted_to = 99 WHERE stream = 1", on: path)
        let id = try PersistenceID.named("Order|0")
        #expect(try structure(try SQLiteReader(path)).contains(.deletedTo(id, head: 20, deletedTo: 99)))
    }
}
