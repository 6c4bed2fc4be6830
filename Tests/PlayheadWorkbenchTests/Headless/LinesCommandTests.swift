import EventSourcing
import Foundation
import TestSupport
import Testing

@testable import PlayheadWorkbench

@Suite("playhead export and import")
struct LinesCommandTests {
    @Test("a store goes out and comes back the same, and each says how much it was")
    func outAndBack() async throws {
        let folder = try TemporaryFolder()
        let (store, lines, copy) = (folder.file(), folder.file("lines"), folder.file("copy.db"))
        try #require(try await playhead("sample", "--events", "200", store).code == .fine)
        let out = try await playhead("export", store, "--to", lines)
        #expect(out.code == .fine && out.data.isEmpty)
        #expect(out.talk.contains("lines: ") && out.talk.contains(" lines in "))
        let printed = try await playhead("export", store)
        #expect(printed.code == .fine)
        #expect(try printed.data == String(contentsOfFile: lines, encoding: .utf8))
        #expect(try printed.objects().first?.keys.first == "playhead")
        let back = try await playhead("import", lines, copy)
        #expect(back.code == .fine && back.data.isEmpty)
        #expect(back.talk.contains("copy.db: \(printed.lines.count) lines, and the store's own are the same"))
        #expect(try await playhead("events", copy, "--json").data == playhead("events", store, "--json").data)
        #expect(
            try await playhead("import", lines, copy).talk
                == "playhead: \(copy) is there already, and is not overwritten\n")
        #expect(try await playhead("export", store, "--to", lines).code == .unreadable)
    }

    @Test("hostile lines are refused in a harmless sentence, and nothing is written")
    func hostile() async throws {
        let folder = try TemporaryFolder()
        let lines = folder.file("lines\u{1B}[2J")
        try Data("{\"playhead\":\"lines\",\"\u{202E}\\u001b[2J\":1}\n".utf8).write(to: URL(fileURLWithPath: lines))
        let run = try await playhead(["import", lines, folder.file("new.db")], terminal: true)
        #expect(run.code == .unreadable)
        #expect(run.talk.contains(", line 1, column 34: there is no member '"))
        #expect(run.talk.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 && $0 != "\u{202E}" })
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 1)
        #expect(try await playhead("import", lines).code == .wrongUse)
        #expect(try await playhead("import", "", folder.file("new.db")).code == .wrongUse)
        #expect(try await playhead("export", folder.file("none.db")).code == .unreadable)
    }
}
