import Actors
import EventSourcing
import Foundation
import TestSupport
import Testing

@testable import SQLiteStorage

/// `PLAYHEAD_KILLS=5000` kills so often; without it, 300 times.
@Suite("A writer that is killed loses nothing that it was told", .serialized)
struct KillTests {
    private static let kills = Int(ProcessInfo.processInfo.environment["PLAYHEAD_KILLS"] ?? "") ?? 300
    /// How often one file is killed over.
    private static let killsOfOneFile = 50

    /// What was acknowledged for good.
    private struct Acknowledged {
        var count = 0
        var last: [String: [String: Int64]] = ["e": [:], "s": [:], "d": [:]]

        mutating func note(_ line: String) {
            let words = line.split(separator: " ").map(String.init)
            guard words.count == 3, let number = Int64(words[2]) else { return }
            last[words[0], default: [:]][words[1]] = max(last[words[0]]?[words[1]] ?? 0, number)
            count += 1
        }
    }

    @Test("what was acknowledged is there, nothing is half there, looking changes nothing, and writing goes on")
    func killed() async throws {
        var random = SeededRandom.announced()
        var (kills, acknowledged, lost) = (0, 0, 0)
        while kills < Self.kills {
            let folder = try TemporaryFolder()
            let path = folder.file()
            try SQLiteStore.create(path).close()
            var told = Acknowledged()
            for _ in 0..<min(Self.killsOfOneFile, Self.kills - kills) {
                let process = try ProbeProcess(on: path)
                try process.tell("fill 4")
                for _ in 0..<Int.random(in: 1...40, using: &random) { told.note(try process.answer(to: "fill")) }
                for line in process.end() { told.note(line) }
                kills += 1
                let before = try folder.contents()
                lost += try check(path, told, "kill \(kills)")
                #expect(try folder.contents() == before, "kill \(kills)")
            }
            acknowledged += told.count
            try SQLiteStore.open(path).close()
            try FaultTests.expectSound(path, "after \(kills) kills")
        }
        #expect(acknowledged > 0)
        print(
            "figures: kills: \(kills), acknowledged \(acknowledged), found again \(acknowledged - lost), lost \(lost)")
    }

    /// Compares what is there with what was acknowledged, and answers how much of that is not there.
    private func check(_ path: String, _ told: Acknowledged, _ comment: Comment) throws -> Int {
        var lost = 0
        let reader = try SQLiteReader(path)
        defer { reader.close() }
        for (name, number) in told.last["e"] ?? [:] {
            let id = try PersistenceID.named(name)
            let head = try reader.head(of: id) ?? StreamHead(new: id)
            lost += Int(max(0, number - head.sequenceNumber))
            #expect(head.sequenceNumber >= number && head.sequenceNumber.isMultiple(of: 2), comment)
            let deleted = told.last["d"]?[name] ?? 0
            #expect(head.deletedTo >= deleted, comment)
            let found = try reader.numbers(name)
            #expect(found.count == Int(head.sequenceNumber - head.deletedTo), comment)
            #expect(found.values.allSatisfy { $0 }, comment)
            lost += found.values.count { !$0 }
            if let saved = told.last["s"]?[name] {
                let snapshots = try reader.snapshots(of: id).map(\.sequenceNumber)
                #expect(snapshots.contains(saved), comment)
                if !snapshots.contains(saved) { lost += 1 }
                #expect(snapshots.allSatisfy { $0 <= head.sequenceNumber }, comment)
            }
        }
        // What goes with an append is there with it, and only with it.
        let connection = try Connection(path, .lookingBesideWriter)
        let half = try connection.integer(
            """
            SELECT count(*) FROM streams
            WHERE head != (SELECT generation FROM timers WHERE timers.persistence_id = streams.persistence_id)
                OR head != 2 * (SELECT count(*) FROM outbox WHERE outbox.persistence_id = streams.persistence_id)
            """)
        #expect(half == 0, comment)
        return lost
    }
}
