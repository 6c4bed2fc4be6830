import EventSourcing
import Foundation
import Testing

@testable import PlayheadWorkbench

@Suite("playhead recover")
struct RecoverCommandTests {
    private static let store = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Samples/orders.db").path
    private static let conflict = store + "#Order|order-00001"

    @Test("tells each step of a recovery that fails, and exits with 1")
    func steps() async throws {
        let run = try await playhead("recover", Self.conflict)
        #expect(run.code == .findings)
        #expect(
            run.lines.map { $0.prefix { $0 != " " } } == [
                "head", "snapshot", "events", "filter", "fold", "RecoveryError",
            ])
        #expect(run.lines[1].contains("snapshot #50"))
        #expect(run.lines[3].contains("1 conflict, at #56 web-1 wrote where batch-1 was expected"))
        #expect(run.lines[5].contains("at #56, in the step filter"))
    }

    @Test("takes the words of another filter, in any order, and ends well with it")
    func filters() async throws {
        let repaired = try await playhead("recover", Self.conflict, "repair", "--json")
        #expect(repaired.code == .fine)
        let object = try #require(try repaired.objects().first)
        #expect(object["mode"] == "repair")
        #expect(object["snapshot"] == 50)
        #expect(object["read"] == 34)
        #expect(object["folded"] == 33)
        #expect(object["leftOut"] == [56])
        #expect(object["failure"] == .null)
        let any = try await playhead("recover", Self.conflict, "any", "repair", "--json").objects().first
        #expect(any?["comparison"] == "any")
        #expect(any?["folded"] == 1)
        let wrong = try await playhead("recover", Self.conflict, "mend")
        #expect(wrong.code == .wrongUse)
        #expect(
            wrong.talk
                == "playhead: 'mend' is no part of a replay filter: say fail, warn, repair or off, and interleaved or any\n"
        )
    }

    @Test("refuses a place in the stream and a stream that is not there")
    func refusals() async throws {
        #expect(try await playhead("recover", Self.conflict + "@5").code == .wrongUse)
        #expect(try await playhead("recover", Self.store).code == .wrongUse)
        #expect(try await playhead("recover", Self.store + "#Order|none").code == .findings)
    }
}
