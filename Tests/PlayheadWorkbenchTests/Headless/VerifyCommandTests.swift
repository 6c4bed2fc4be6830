import EventSourcing
import Foundation
import SQLiteStorage
import TestSupport
import Testing

@testable import PlayheadWorkbench

@Suite("playhead verify, with several threads")
struct VerifyCommandTests {
    /// A store of two streams whose events stand in the order that is given.
    private func makeStore(_ numbers: [(String, Int64)], at path: String) async throws {
        let store = try SQLiteStore.create(path)
        let events = try numbers.map { name, number in
            ImportedEvent(
                persistenceID: try PersistenceID("Thing", name), sequenceNumber: number,
                event: NewEvent(type: "Happened", payload: Array("{\"n\":\(number)}".utf8), timestamp: .epoch),
                writer: WriterID(ULID(high: 1, low: 1)), epoch: 1)
        }
        try await store.importHistory(events)
        store.close()
    }

    @Test("says the same in the same order each time, however many streams and findings there are")
    func order() async throws {
        let folder = try TemporaryFolder()
        // Every stream has a gap, and there are more streams than one thread takes at once.
        try await makeStore((0..<450).flatMap { [("\($0)", Int64(1)), ("\($0)", Int64(3))] }, at: folder.file())
        let run = try await playhead("verify", folder.file())
        #expect(run.code == .findings)
        #expect(run.lines.count == 450)
        #expect(run.lines.allSatisfy { $0.hasPrefix("gap: Thing|") && $0.hasSuffix(" #2  #2 is missing") })
        #expect(run.talk.contains("450 streams, 900 events in "))
        for _ in 0..<3 { #expect(try await playhead("verify", folder.file()).data == run.data) }
    }

    @Test("finds nothing in a sound store, also with numbers that no double can hold")
    func sound() async throws {
        let folder = try TemporaryFolder()
        let large: Int64 = (1 << 53) + 1
        try await makeStore([("a", large), ("b", 1), ("a", large + 1)], at: folder.file())
        let run = try await playhead("verify", folder.file(), "--json")
        #expect(run.code == .findings, "the gap below the first number is one")
        #expect(try run.objects().compactMap { $0["kind"]?.string } == ["gap"])
        #expect(try run.objects().first?["message"]?.string == "#1 through #\(large - 1) are missing")
    }
}
