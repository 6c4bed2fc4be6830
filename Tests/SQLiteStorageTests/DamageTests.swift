import EventSourcing
import Foundation
import TestSupport
import Testing

@testable import SQLiteStorage

@Suite("Damage is a sentence at its place, and the rest stays readable")
struct DamageTests {
    @Test("a changed payload is found by its checksum, and its neighbours are intact")
    func changedPayload() async throws {
        let folder = try TemporaryFolder()
        try await makeStore(at: folder.file())
        try run(
            """
            UPDATE events SET payload = CAST(replace(CAST(payload AS TEXT), 'item 7', 'item 9') AS BLOB)
            WHERE position = 7
            """, on: folder.file())
        let found = try SQLiteReader(folder.file()).numbers("Order|0")
        #expect(found.filter { !$0.value }.map(\.key) == [7])
        #expect(found.count == 20)
    }

    @Test(
        "numbers that no store reaches are findings, never a trap",
        arguments: [
            "UPDATE events SET sequence_number = 9223372036854775807 WHERE position = 7",
            "UPDATE events SET sequence_number = -9223372036854775808 WHERE position = 7",
            "UPDATE streams SET deleted_to = 9223372036854775807", "UPDATE streams SET head = 9223372036854775807",
            "UPDATE streams SET head = -9223372036854775808",
        ])
    func impossibleNumbers(_ change: String) async throws {
        let folder = try TemporaryFolder()
        try await makeStore(at: folder.file())
        try run(change, on: folder.file())
        let reader = try SQLiteReader(folder.file())
        var findings = 0
        try reader.checkStreams { _ in
            findings += 1
            return .next
        }
        #expect(findings > 0)
        for head in try reader.streams(StreamQuery()) { #expect((0...1 << 53).contains(head.sequenceNumber)) }
    }

    @Test("a store that says it deleted more than it ever held holds nothing below zero")
    func impossibleTotals() async throws {
        let folder = try TemporaryFolder()
        try await makeStore(at: folder.file())
        for count in [Int64.min, Int64.max] {
            try run("UPDATE store SET deleted_events = \(count)", on: folder.file())
            #expect(try SQLiteReader(folder.file()).totals().events >= 0)
        }
    }

    @Test(
        "a change of any single column is found",
        arguments: [
            "sequence_number = 99", "type = 2", "schema_version = 2", "time = time + 1", "writer = 2", "epoch = 0",
            "checksum = checksum + 1", "correlation_id = NULL", "causation_id = zeroblob(16)",
            "command_id = x'00'", "metadata = NULL", "payload = x'00'",
        ])
    func changedColumn(_ change: String) async throws {
        let folder = try TemporaryFolder()
        try await makeStore(at: folder.file(), streams: 1)
        try run(
            """
            INSERT INTO event_types (name) VALUES ('Other');
            INSERT INTO writers (id, host, process, started, program, version) VALUES (randomblob(16), '', 0, 0, '', '');
            UPDATE events SET \(change) WHERE position = 7
            """, on: folder.file())
        var damaged: [Int64] = []
        try SQLiteReader(folder.file()).readAll(from: 1, through: .max, reversed: false, fields: .all) { event in
            if !event.isIntact { damaged.append(event.position) }
            return .next
        }
        #expect(damaged == [7])
    }

    @Test("a row with a key that leads nowhere is delivered as not intact, also unchecked")
    func danglingKeys() async throws {
        let folder = try TemporaryFolder()
        try await makeStore(at: folder.file(), streams: 1)
        try run("UPDATE events SET type = 77 WHERE position = 3", on: folder.file())
        try run("UPDATE events SET writer = 77 WHERE position = 4", on: folder.file())
        var damaged: [Int64] = []
        try SQLiteReader(folder.file()).readAll(from: 1, through: .max, reversed: true, fields: []) { event in
            if !event.isIntact { damaged.append(event.position) }
            return .next
        }
        #expect(damaged == [4, 3])
    }

    /// Reads a stream to its end around every row that can't be read.
    private func readAround(_ reader: SQLiteReader, _ id: String) throws -> (intact: Set<Int64>, damaged: Set<Int64>) {
        var (intact, damaged): (Set<Int64>, Set<Int64>) = ([], [])
        var from: Int64 = 1
        let head = try reader.head(of: .named(id))?.sequenceNumber ?? 0
        while from <= head {
            do {
                try reader.read(.named(id), from: from, through: head, reversed: false, fields: .all) { event in
                    if event.isIntact {
                        intact.insert(event.sequenceNumber)
                    } else {
                        damaged.insert(event.sequenceNumber)
                    }
                    from = event.sequenceNumber + 1
                    return .next
                }
                from = head + 1
            } catch let error as StoreError {
                #expect(error.reason == .corrupt)
                let place = try #require(error.sequenceNumber)
                #expect(place >= from)
                damaged.insert(place)
                from = max(from, place) + 1
            }
        }
        return (intact, damaged)
    }

    @Test("a damaged page of events leaves the others readable by key")
    func damagedPage() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file()
        try await makeStore(at: path, streams: 1, events: 400)
        let page = try Self.leaf(of: "events", at: path)
        try BadFileTests.overwrite(path, at: (page - 1) * 4096, with: [UInt8](repeating: 0xEE, count: 4096))
        let reader = try SQLiteReader(path)
        let (intact, damaged) = try readAround(reader, "Order|0")
        #expect(!damaged.isEmpty)
        #expect(damaged.count < 100)
        #expect(intact.union(damaged) == Set(1...400))
        #expect(try reader.totals().events == 400)
        var pages: [StructuralFinding] = []
        try reader.checkPages {
            pages.append($0)
            return .next
        }
        #expect(!pages.isEmpty)
    }

    @Test("flipped bytes anywhere never crash a reader, and every row they reach is told")
    func flippedBytes() async throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededRandom(seed: seed)
        let folder = try TemporaryFolder()
        let path = folder.file()
        try await makeStore(at: path, streams: 2, events: 60)
        let sound = try Data(contentsOf: URL(fileURLWithPath: path))
        for round in 0..<150 {
            var bytes = sound
            let place = Int.random(in: 0..<bytes.count, using: &random)
            bytes[place] ^= UInt8.random(in: 1...255, using: &random)
            try bytes.write(to: URL(fileURLWithPath: path))
            guard let reader = try? SQLiteReader(path) else { continue }
            _ = try? reader.totals()
            _ = try? reader.streams(StreamQuery(order: .newest))
            for id in ["Order|0", "Order|1"] {
                guard (try? reader.head(of: .named(id))) != nil else { continue }
                let texts = try payloads(reader, id)
                for (number, text) in texts {
                    #expect(text == "{\"item\":\"item \(number)\"}", "seed \(seed), round \(round), byte \(place)")
                }
            }
            try? reader.checkPages { _ in .next }
            try? reader.checkStreams { _ in .next }
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == bytes, "seed \(seed), round \(round)")
        }
    }

    /// The payloads of the rows that say of themselves that they are intact.
    private func payloads(_ reader: SQLiteReader, _ id: String) throws -> [Int64: String] {
        var texts: [Int64: String] = [:]
        for number in Int64(1)...60 {
            try? reader.read(.named(id), from: number, through: number, reversed: false, fields: .all) { event in
                // By the number that the row says it has: a damaged index may find another row than was asked for.
                if event.isIntact { texts[event.sequenceNumber] = String(decoding: event.payload, as: UTF8.self) }
                return .next
            }
        }
        return texts
    }

    @Test("a file that was cut is read as far as it goes", arguments: [4_096, 20_000, 40_000, 77_777])
    func cutFile(_ missing: Int) async throws {
        let folder = try TemporaryFolder()
        let path = folder.file()
        try await makeStore(at: path, streams: 1, events: 1_500)
        let sound = try Data(contentsOf: URL(fileURLWithPath: path))
        try sound.dropLast(missing).write(to: URL(fileURLWithPath: path))
        let before = try folder.contents()
        let reader = try SQLiteReader(path)
        let (intact, damaged) = try readAround(reader, "Order|0")
        // An index page that was cut in two ends early; then the head tells that events are missing.
        var findings = 0
        try reader.checkStreams { _ in
            findings += 1
            return .next
        }
        #expect(intact.union(damaged).count == 1_500 || findings > 0)
        #expect(damaged.count + findings > 0)
        #expect(try folder.contents() == before)
    }

    @Test("heads that contradict their events, gaps and orphans are found")
    func structure() async throws {
        let folder = try TemporaryFolder()
        try await makeStore(at: folder.file())
        let sound = try SQLiteReader(folder.file())
        try sound.checkStreams { finding in
            Issue.record("a sound store has \(finding)")
            return .next
        }
        try sound.checkPages { finding in
            Issue.record("a sound store has \(finding)")
            return .next
        }
        try run(
            """
            DELETE FROM events WHERE stream = 1 AND sequence_number IN (5, 6, 9);
            UPDATE streams SET head = 25 WHERE stream = 2;
            DELETE FROM streams WHERE stream = 3
            """, on: folder.file())
        var findings: [StructuralFinding] = []
        try SQLiteReader(folder.file()).checkStreams {
            findings.append($0)
            return .next
        }
        let (first, second) = (try PersistenceID.named("Order|0"), try PersistenceID.named("Order|1"))
        #expect(
            findings == [
                .count(first, head: 20, found: 17), .gap(first, from: 5, through: 6), .gap(first, from: 9, through: 9),
                .last(second, head: 25, found: 20), .orphans(stream: 3, count: 20),
            ])
    }

    /// A page that holds rows of a table: the middle one of the table's leaves.
    static func leaf(of table: String, at path: String) throws -> Int {
        let connection = try Connection(path, .lookingAlone)
        let root = try connection.integer("SELECT rootpage FROM sqlite_schema WHERE name = '\(table)'")
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        let start = (Int(try #require(root)) - 1) * 4096
        try #require(bytes[start] == 5, "the root is an interior page of a table")
        let count = Int(bytes[start + 3]) << 8 | Int(bytes[start + 4])
        let pointer = start + 12 + 2 * (count / 2)
        let cell = start + (Int(bytes[pointer]) << 8 | Int(bytes[pointer + 1]))
        return (0..<4).reduce(0) { $0 << 8 | Int(bytes[cell + $1]) }
    }
}
