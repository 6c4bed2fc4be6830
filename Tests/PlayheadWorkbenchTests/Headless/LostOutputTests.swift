import EventSourcing
import Foundation
import TestSupport
import Testing

@testable import PlayheadWorkbench

@Suite("Where standard output takes nothing, what was written is told all the same")
struct LostOutputTests {
    private let folder: TemporaryFolder

    init() async throws {
        folder = try TemporaryFolder()
        try #require(try await playhead("sample", "--events", "200", folder.file()).code == .fine)
    }

    /// Sends a command while standard output is at its end; checks that the event is there.
    private func send(_ id: String, to data: Int32, _ more: String...) async throws -> String {
        let words = ["send", "--write", folder.file() + "#Order|\(id)", "place customer=c-1"] + more
        let run = try await playhead(words, data: data)
        close(data)
        #expect(run.code == .unreadable)
        #expect(try await playhead("events", folder.file() + "#Order|\(id)").lines.count == 1)
        return run.talk
    }

    @Test("on a full disk a sent command is told with its events, and the exit code is that of lost output")
    func full() async throws {
        for (id, more) in [("a", []), ("b", ["--json"])] as [(String, [String])] {
            let full = open("/dev/full", O_WRONLY)
            let talk = try await more.isEmpty ? send(id, to: full) : send(id, to: full, "--json")
            #expect(
                talk == "playhead: The output could not be written: No space left on device; the command was carried "
                    + "out, and its events are written: #1 OrderPlaced\n")
        }
    }

    @Test("a reader that has gone is told of too, for it did not learn what was written")
    func closedPipe() async throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        close(ends[0])
        let talk = try await send("a", to: ends[1])
        #expect(
            talk == "playhead: The output could not be written: its reader has gone; the command was carried out, and "
                + "its events are written: #1 OrderPlaced\n")
    }

    @Test("where nothing was written, a reader that has gone ends the program quietly")
    func looking() async throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        close(ends[0])
        let run = try await playhead(["send", folder.file() + "#Order|a", "place customer=c-1"], data: ends[1])
        close(ends[1])
        #expect(run.code == .fine)
        #expect(run.talk.isEmpty)
    }
}
