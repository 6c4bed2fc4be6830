import EventSourcing
import Foundation
import SQLiteStorage
import Testing

@Suite("A writer that is killed loses nothing that it was told", .serialized)
struct KillTests {
    @Test("every acknowledged append is there, nothing is half there, and looking changes nothing", arguments: 0..<20)
    func killed(_ round: Int) async throws {
        let folder = try TemporaryFolder()
        try await makeStore(at: folder.file(), streams: 1, events: 1)
        let path = folder.path
        let seed = UInt64.random(in: 0 ... .max)
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, seed = seed as UInt64] in
            try await KillTests.appendUntilKilled(in: path, seed: seed)
        }
        let before = try folder.contents()
        try checkAcknowledged(in: folder, "seed \(seed), round \(round)")
        #expect(try folder.contents() == before)
        // And writing goes on.
        let store = try SQLiteStore.open(folder.file())
        try await store.append("on", to: "Order|0", expecting: .number(1))
    }

    private func checkAcknowledged(in folder: TemporaryFolder, _ comment: String) throws {
        let reader = try SQLiteReader(folder.file())
        let acknowledged = try String(contentsOfFile: folder.file("acknowledged"), encoding: .utf8)
        var last: [String: Int64] = [:]
        for line in acknowledged.split(separator: "\n") {
            let words = line.split(separator: " ")
            last[String(words[0])] = Int64(words[1])
        }
        #expect(!last.isEmpty, "\(comment)")
        for (id, number) in last {
            let head = try #require(try reader.head(of: .named(id)))
            #expect(head.sequenceNumber >= number, "\(comment)")
            // Each append was a batch of two: all or nothing.
            #expect(head.sequenceNumber % 2 == 0, "\(comment)")
            let found = try reader.numbers(id)
            #expect(Set(found.keys) == Set(1...head.sequenceNumber))
            #expect(found.values.allSatisfy { $0 })
        }
        try reader.checkStreams { finding in
            Issue.record("\(comment): \(finding)")
            return .next
        }
    }

    /// Eight streams are written at once, each append is acknowledged in a file, and one of them kills the process.
    static func appendUntilKilled(in path: String, seed: UInt64) async throws {
        let folder = try TemporaryFolder(at: path)
        let store = try SQLiteStore.open(folder.file())
        let output = open(folder.file("acknowledged"), O_WRONLY | O_CREAT | O_APPEND, 0o600)
        var random = SeededGenerator(seed: seed)
        let end = Int.random(in: 3..<60, using: &random)
        await withTaskGroup(of: Void.self) { group in
            for stream in 0..<8 {
                group.addTask {
                    for number in 1... {
                        guard let receipt = try? await store.append("a", "b", to: "Killed|\(stream)") else { return }
                        let line = Array("Killed|\(stream) \(receipt.sequenceNumbers.upperBound - 1)\n".utf8)
                        _ = write(output, line, line.count)
                        if stream == 0, number == end { kill(getpid(), SIGKILL) }
                    }
                }
            }
        }
    }
}
