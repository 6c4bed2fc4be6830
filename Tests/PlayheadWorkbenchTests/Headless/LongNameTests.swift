import EventSourcing
import Foundation
import TestSupport
import Testing

@testable import PlayheadWorkbench

@Suite("A name of ten million bytes does not fill the lines of the others")
struct LongNameTests {
    private let folder: TemporaryFolder
    private static let size = 10_000_000

    init() async throws {
        folder = try TemporaryFolder()
        try #require(try await playhead("sample", "--events", "200", folder.file()).code == .fine)
        try BadFileTests.execute(
            """
            UPDATE streams SET entity_id = CAST(replace(hex(zeroblob(\(Self.size / 2))), '0', 'A') AS TEXT) WHERE stream = 1;
            UPDATE event_types SET name = CAST(replace(hex(zeroblob(\(Self.size / 2))), '0', 'B') AS TEXT) WHERE type = 1;
            UPDATE writers SET program = CAST(replace(hex(zeroblob(\(Self.size / 2))), '0', 'C') AS TEXT) WHERE writer = 1
            """, on: folder.file())
    }

    @Test(
        "text is cut with an ellipsis, and standard error says so",
        arguments: ["streams", "events", "writers", "verify"])
    func text(_ command: String) async throws {
        let run = try await playhead(command, folder.file())
        #expect(run.lines.allSatisfy { $0.utf8.count < 4_000 }, "\(run.lines.map(\.utf8.count).max() ?? 0)")
        #expect(run.data.contains("…"))
        // What is said of a name is cut in its middle, with the count.
        #expect(run.talk.contains("cut, and end") || run.data.contains(" bytes left out⟩"))
        #expect(run.talk.utf8.count < 10_000)
    }

    @Test("JSON has them whole")
    func json() async throws {
        let run = try await playhead("writers", folder.file(), "--json")
        #expect(try run.objects().contains { $0["program"]?.string?.utf8.count == Self.size })
        #expect(!run.talk.contains("cut"))
    }

    @Test("a sentence about a name keeps its beginning and its end")
    func sentence() async throws {
        let run = try await playhead("state", folder.file() + "#Order|" + String(repeating: "A", count: 100_000))
        #expect(run.talk.utf8.count < 5_000)
        #expect(run.code == .wrongUse)
    }

    @Test("names that fit are never cut")
    func fitting() async throws {
        let other = try TemporaryFolder()
        try #require(try await playhead("sample", "--events", "200", other.file()).code == .fine)
        let id = String(repeating: "A", count: 255)
        try BadFileTests.execute("UPDATE streams SET entity_id = '\(id)' WHERE stream = 1", on: other.file())
        let run = try await playhead("streams", other.file())
        #expect(run.lines.contains { $0.contains(id) })
        #expect(run.talk.isEmpty)
    }
}
