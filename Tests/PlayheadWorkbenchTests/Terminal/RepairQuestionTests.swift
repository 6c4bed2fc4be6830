import Foundation
import Glibc
import PseudoTerminal
import TestSupport
import Testing

@testable import SQLiteStorage

@Suite("playhead repair asks on a terminal, and writes only after a yes")
struct RepairQuestionTests {
    /// What somebody does where the question stands, and how the program ends then.
    struct Answer: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var keys: String
        var isYes = false
        var ending = Ending.exited(1)
    }

    static let answers = [
        Answer(testDescription: "y", keys: "y\n", isYes: true, ending: .exited(0)),
        Answer(testDescription: "YES", keys: "YES\n", isYes: true, ending: .exited(0)),
        Answer(testDescription: "n", keys: "n\n"),
        Answer(testDescription: "nothing", keys: "\n"),
        Answer(testDescription: "another word", keys: "yesterday\n"),
        Answer(testDescription: "the end of input", keys: "\u{04}"),
        Answer(testDescription: "Ctrl-C", keys: "\u{03}", ending: .killed(by: SIGINT)),
    ]

    /// A store with an event that was changed, and a snapshot that does not fit its checksum.
    private func makeDamaged(_ folder: TemporaryFolder) async throws {
        try await AccountsStore.make(folder.file())
        try BadFileTests.execute(
            """
            UPDATE events SET payload = x'7B7D' WHERE position = 4;
            UPDATE snapshots SET checksum = 0 WHERE snapshot = 1
            """, on: folder.file())
    }

    private func expectRepaired(_ folder: TemporaryFolder, _ location: SourceLocation = #_sourceLocation) async throws {
        let record = try String(contentsOfFile: folder.file("new.db.repair.jsonl"), encoding: .utf8)
        let lines = record.split(separator: "\n")
        #expect(lines.count == 3, sourceLocation: location)
        #expect(lines.first?.hasPrefix(#"{"repaired":"\#(folder.file())","into":"\#(folder.file("new.db"))""#) == true)
        #expect(lines.dropFirst().first?.contains(#""stream":"Account|ann","message":"#) == true)
        let verify = try await playhead("verify", folder.file("new.db"))
        #expect(verify.lines.count == 1 && verify.data.hasPrefix("quarantined: Account|ann #4  "), "\(verify.data)")
    }

    @Test("the source stays as it is, and the new file and its record are there after a yes alone", arguments: answers)
    func answer(_ answer: Answer) async throws {
        let folder = try TemporaryFolder()
        try await makeDamaged(folder)
        let before = try folder.contents()
        let new = folder.file("new.db")
        let terminal = try PseudoTerminal(
            BuiltProgram.path("playhead"), ["repair", folder.file(), new], columns: 500)
        let shown = String(decoding: try terminal.wait(for: "Write \(new)? [y/N] "), as: UTF8.self)
        #expect(shown.contains("quarantined: Account|ann  #4 does not fit its checksum; it is kept, and quarantined"))
        #expect(shown.contains("dropped-snapshots:  1 snapshot can't be used, and are left out"))
        #expect(try folder.contents() == before, "nothing is written before there is an answer")
        terminal.type(answer.keys)
        #expect(try terminal.waitForEnd() == answer.ending)
        let end = String(decoding: terminal.output, as: UTF8.self)
        #expect(end.contains("nothing was written; --yes writes \(new)") != answer.isYes, "\(end)")
        #expect(end.contains("new.db is written, and \(new).repair.jsonl says how; ") == answer.isYes, "\(end)")
        let after = try folder.contents()
        #expect(after["store.db"] == before["store.db"])
        let names = answer.isYes ? ["new.db", "new.db.repair.jsonl", "store.db"] : ["store.db"]
        #expect(after.keys.sorted() == names)
        if answer.isYes { try await expectRepaired(folder) }
    }

    @Test("--yes asks nobody, on a terminal too")
    func yes() async throws {
        let folder = try TemporaryFolder()
        try await makeDamaged(folder)
        let before = try folder.contents()
        let terminal = try PseudoTerminal(
            BuiltProgram.path("playhead"), ["repair", folder.file(), folder.file("new.db"), "--yes"], columns: 500)
        #expect(try terminal.waitForEnd() == .exited(0))
        #expect(!terminal.output.contains("[y/N]"))
        #expect(try folder.contents()["store.db"] == before["store.db"])
        try await expectRepaired(folder)
    }

    @Test("where nobody can answer nobody is asked, and nothing is written")
    func noTerminal() async throws {
        let folder = try TemporaryFolder()
        try await makeDamaged(folder)
        let before = try folder.contents()
        let run = try await MeasuredRun.of(["repair", folder.file(), folder.file("new.db")])
        #expect(run.code == 1)
        #expect(run.data.split(separator: "\n").count == 2)
        #expect(!run.talk.contains("[y/N]"))
        #expect(run.talk.hasSuffix("nothing was written; --yes writes \(folder.file("new.db"))\n"))
        #expect(try folder.contents() == before)
    }

    @Test("a file that came into being while the question stood is not written over")
    func takenMeanwhile() async throws {
        let folder = try TemporaryFolder()
        try await makeDamaged(folder)
        let new = folder.file("new.db")
        let terminal = try PseudoTerminal(
            BuiltProgram.path("playhead"), ["repair", folder.file(), new], columns: 500)
        try terminal.wait(for: "[y/N] ")
        try Data("mine".utf8).write(to: URL(fileURLWithPath: new))
        terminal.type("y\n")
        #expect(try terminal.waitForEnd() == .exited(3))
        #expect(String(decoding: terminal.output, as: UTF8.self).contains("is there already, and is not overwritten"))
        #expect(try String(contentsOfFile: new, encoding: .utf8) == "mine")
        #expect(try folder.contents().keys.sorted() == ["new.db", "store.db"])
    }

    @Test("a source that was written while the question stood is not repaired as it was shown")
    func changedMeanwhile() async throws {
        let folder = try TemporaryFolder()
        try await makeDamaged(folder)
        let terminal = try PseudoTerminal(
            BuiltProgram.path("playhead"), ["repair", folder.file(), folder.file("new.db")], columns: 500)
        try terminal.wait(for: "[y/N] ")
        try BadFileTests.execute("UPDATE events SET payload = x'7B7D' WHERE position = 5", on: folder.file())
        terminal.type("y\n")
        #expect(try terminal.waitForEnd() == .exited(3))
        #expect(
            String(decoding: terminal.output, as: UTF8.self).contains(
                "it was written since that was shown; repair it again"))
        #expect(try folder.contents().keys.sorted() == ["store.db"])
    }
}
