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
        #expect(reader.logProblem?.contains("-wal' is no log of SQLite") == true)
        #expect(try folder.contents() == before)
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
