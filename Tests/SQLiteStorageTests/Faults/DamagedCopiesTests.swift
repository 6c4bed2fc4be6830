import EventSourcing
import Foundation
import TestSupport
import Testing

@testable import SQLiteStorage

/// `PLAYHEAD_DAMAGED=5000` damages so many; without it, 200.
@Suite("Damaged copies of a store")
struct DamagedCopiesTests {
    private static let copies = Int(ProcessInfo.processInfo.environment["PLAYHEAD_DAMAGED"] ?? "") ?? 200

    @Test("no event is shown as another than it was, no copy is written, and a repair takes over all that can be read")
    func damaged() async throws {
        var random = SeededRandom.announced()
        let folder = try TemporaryFolder.inMemory()
        let (path, target) = (folder.file("copy.db"), folder.file("repaired.db"))
        try await makeStore(at: folder.file(), streams: 4, events: 80)
        let sound = try Data(contentsOf: URL(filePath: folder.file()))
        let events = try Self.events(of: folder.file())
        var (refused, told, whole, read, repaired, wrong) = (0, 0, 0, 0, 0, 0)
        for copy in 0..<Self.copies {
            let bytes = Self.damage(sound, copy, &random)
            try bytes.write(to: URL(filePath: path))
            let comment = Comment(rawValue: "copy \(copy)")
            if let found = try? Self.events(of: path) {
                // The bytes of every event that says of itself that it is whole are those that were written.
                for (key, payload) in found where payload != events[key] {
                    wrong += 1
                    Issue.record("\(comment): \(key)")
                }
                let isTold = try Self.isTold(path)
                #expect(found == events || isTold, comment)
                if isTold { told += 1 } else { whole += 1 }
                read += found.count
                try StoreRepair(path, into: target).finish(by: "test", at: .epoch)
                if FileManager.default.fileExists(atPath: target) {
                    let kept = try Self.events(of: target)
                    #expect(found.allSatisfy { kept[$0.key] == $0.value }, comment)
                    #expect(kept.allSatisfy { events[$0.key] == $0.value }, comment)
                    repaired += 1
                    for name in [target, StoreRepair.record(of: target)] {
                        try FileManager.default.removeItem(atPath: name)
                    }
                }
            } else {
                refused += 1
            }
            let after = try Data(contentsOf: URL(filePath: path))
            #expect(after == bytes, comment)
        }
        print(
            "figures: damaged files: \(Self.copies); refused in a sentence \(refused), told \(told), untouched where it"
                + " matters \(whole); events read \(read), repaired \(repaired), events shown wrong \(wrong)")
    }

    /// Every commit of the log holds one event, so that what stands before damage is a beginning of all of them.
    @Test(
        "of a log, no event is shown as another than it was, nothing is written, and commits are lost in silence only at its end"
    )
    func damagedLogs() async throws {
        var random = SeededRandom.announced()
        let folder = try TemporaryFolder.inMemory()
        let (path, target) = (folder.file("copy.db"), folder.file("repaired.db"))
        try await LogLossTests.makeKilled(at: path, commits: 60)
        let sound = try Data(contentsOf: URL(filePath: path + "-wal"))
        let events = try Self.events(of: path)
        try #require(events.count == 61)
        var (told, whole, cut) = (0, 0, 0)
        for copy in 0..<Self.copies {
            let bytes = Self.damage(sound, copy, &random)
            try bytes.write(to: URL(filePath: path + "-wal"))
            let comment = Comment(rawValue: "copy \(copy)")
            let before = try folder.contents()
            let found = try Self.events(of: path)
            let expected = events.filter { Self.number($0.key) <= found.count }
            #expect(found == expected, comment)
            let reader = try SQLiteReader(path)
            let isTold = !reader.allProblems.isEmpty
            reader.close()
            // What was cut off leaves nothing to tell of, and the last commit alone may be one that was never finished.
            #expect(isTold || found.count >= 60 || copy % 4 == 2, comment)
            #expect(!isTold || found.count < 61, comment)
            if isTold { told += 1 } else if found.count == 61 { whole += 1 } else { cut += 1 }
            try StoreRepair(path, into: target).finish(by: "test", at: .epoch)
            if FileManager.default.fileExists(atPath: target) {
                let kept = try Self.events(of: target)
                #expect(kept == found, comment)
                for name in [target, StoreRepair.record(of: target)] {
                    try FileManager.default.removeItem(atPath: name)
                }
            }
            #expect(try folder.contents() == before, comment)
        }
        print("figures: damaged logs: \(Self.copies); told \(told), cut at the end \(cut), whole \(whole)")
    }

    private static func number(_ key: String) -> Int { key.split(separator: "#").last.flatMap { Int($0) } ?? 0 }

    /// Flips bytes, cuts the end off, or zeroes pages.
    private static func damage(_ sound: Data, _ copy: Int, _ random: inout SeededRandom) -> Data {
        var bytes = sound
        switch copy % 4 {
        case 0, 1:
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] ^= UInt8.random(in: 1...255, using: &random)
            }
        case 2: bytes.removeLast(Int.random(in: 1..<bytes.count, using: &random))
        default:
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let page = Int.random(in: 0..<bytes.count / 4_096, using: &random)
                bytes.replaceSubrange(page * 4_096..<(page + 1) * 4_096, with: Data(count: 4_096))
            }
        }
        return bytes
    }

    /// The payloads of all events that are intact, as far as they can be read, by stream and number; throws where the file is
    /// refused.
    private static func events(of path: String) throws -> [String: [UInt8]] {
        let reader = try SQLiteReader(path)
        defer { reader.close() }
        var (found, from): ([String: [UInt8]], Int64) = ([:], 1)
        for _ in 0..<2_000 {
            do {
                try reader.readAll(from: from, through: .max, reversed: false, fields: .all) { event in
                    if event.isIntact { found["\(event.persistenceID) #\(event.sequenceNumber)"] = event.payload }
                    from = event.position == .max ? .max : event.position + 1
                    return .next
                }
                break
            } catch {
                // Around the row that can't be read.
                from = from == .max ? .max : from + 1
            }
        }
        return found
    }

    private static func isTold(_ path: String) throws -> Bool {
        let reader = try SQLiteReader(path)
        defer { reader.close() }
        var findings = 0
        func note(_: StructuralFinding) -> Visit {
            findings += 1
            return .stop
        }
        try reader.checkPages(note)
        try reader.checkStreams(note)
        if findings > 0 { return true }
        return try events(of: path).count < 320
    }
}
