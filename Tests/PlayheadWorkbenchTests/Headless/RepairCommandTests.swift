import EventSourcing
import Foundation
import SQLiteStorage
import TestSupport
import Testing

@testable import PlayheadWorkbench

@Suite("playhead repair")
struct RepairCommandTests {
    @Test("shows first, writes only after a yes, and keeps the old file and a record")
    func repair() async throws {
        let folder = try TemporaryFolder()
        let (store, new) = (folder.file(), folder.file("new.db"))
        try #require(try await playhead("sample", "--events", "500", store).code == .fine)
        let sound = try await playhead("repair", store, new, "--yes")
        #expect(sound.code == .fine && sound.data.isEmpty)
        #expect(sound.talk.contains("there is nothing to repair, and nothing was written"))
        // The payload of some event, in the middle of the file.
        var bytes = try Data(contentsOf: URL(fileURLWithPath: store))
        let place = try #require(bytes.range(of: Data("{\"sku\":".utf8), in: bytes.count / 2..<bytes.count))
        bytes[place.lowerBound + 2] = 0x78
        try bytes.write(to: URL(fileURLWithPath: store))
        let shown = try await playhead("repair", store, new)
        #expect(shown.code == .findings)
        #expect(shown.data.hasPrefix("quarantined: Order|"))
        #expect(shown.talk.hasSuffix("nothing was written; --yes writes \(new)\n"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["store.db"])
        let done = try await playhead("repair", store, new, "--yes", "--json")
        #expect(done.code == .fine)
        #expect(try done.objects().map { $0.members.map(\.key) } == [["kind", "stream", "message"]])
        #expect(done.talk.contains("new.db is written, and \(new).repair.jsonl says how"))
        #expect(try Data(contentsOf: URL(fileURLWithPath: store)) == bytes)
        #expect(try await playhead("verify", new, "--json").objects().contains { $0["kind"]?.string == "quarantined" })
        #expect(try await playhead("repair", store, new, "--yes").code == .unreadable)
        #expect(try await playhead("repair", store).code == .wrongUse)
    }
}
