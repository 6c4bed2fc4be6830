import Foundation
import TestSupport
import Testing

@testable import PlayheadWorkbench

@Suite("A hostile file can do nothing, and takes neither time nor memory", .serialized)
struct HostileFileTests {
    /// Far above what any of them takes here, and far below what one takes that is loaded as a whole, or goes on for ever.
    private static let (mostMemory, mostTime) = (256 << 20, Duration.seconds(30))

    private func make(_ file: HostileFile) async throws -> TemporaryFolder {
        let folder = try TemporaryFolder.inMemory()
        try await AccountsStore.make(folder.file())
        try file.make(folder.file())
        return folder
    }

    private func expectLittle(_ run: MeasuredRun, _ location: SourceLocation = #_sourceLocation) {
        #expect(run.memory < Self.mostMemory, "\(run.memory >> 20) MiB", sourceLocation: location)
        #expect(run.time < Self.mostTime, sourceLocation: location)
    }

    @Test("it is refused in one sentence, also for writing, and no byte changes", arguments: HostileFile.refused)
    func refused(_ file: HostileFile) async throws {
        let folder = try await make(file)
        let (path, before) = (folder.file(), try folder.contents())
        let clause = try #require(file.refusal)
        let id = path + "#Account|ann"
        for words in [
            ["streams", path], ["events", path], ["state", id], ["verify", path], ["backup", path, folder.file("new")],
            ["send", id, "deposit 1"], ["send", "--write", id, "deposit 1"],
        ] {
            let run = try await MeasuredRun.of(words)
            #expect(run.code == ExitCode.unreadable.rawValue, "\(words)")
            #expect(run.talk == "playhead: \(path) is damaged: \(clause)\n", "\(words)")
            #expect(run.data.isEmpty)
            expectLittle(run)
        }
        #expect(try folder.contents() == before)
    }

    @Test(
        "a schema that is none is refused by repair too, and no byte changes",
        arguments: HostileFile.refused.filter { $0.refusal?.contains("its schema") == true })
    func refusedByRepair(_ file: HostileFile) async throws {
        let folder = try await make(file)
        let before = try folder.contents()
        for words in [
            ["repair", folder.file(), folder.file("new")], ["repair", folder.file(), folder.file("new"), "--yes"],
        ] {
            let run = try await MeasuredRun.of(words)
            #expect(run.code == ExitCode.unreadable.rawValue)
            #expect(run.talk == "playhead: \(folder.file()) is damaged: \(file.refusal ?? "")\n")
            expectLittle(run)
        }
        #expect(try folder.contents() == before)
    }

    @Test("it is shown as far as it is harmless, and no byte changes", arguments: HostileFile.shown)
    func shown(_ file: HostileFile) async throws {
        let folder = try await make(file)
        let (path, before) = (folder.file(), try folder.contents())
        let verify = try await MeasuredRun.of(["verify", path])
        #expect(verify.data == file.findings.map { $0 + "\n" }.joined())
        #expect(verify.code == (file.findings.isEmpty ? 0 : 1))
        #expect(verify.talk.contains("3 streams, 208 events"), "\(verify.talk)")
        expectLittle(verify)
        for words in [
            ["streams", path], ["events", path], ["state", path + "#Account|bob"],
            ["repair", path, folder.file("new")],
        ] {
            let run = try await MeasuredRun.of(words)
            #expect(run.code == 0 || run.code == 1, "\(words): \(run.talk)")
            #expect(!run.data.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
            if words[0] == "events" { #expect(run.data.split(separator: "\n").count == 208) }
            expectLittle(run)
        }
        #expect(try folder.contents() == before)
    }

    @Test("its triggers do not run when it is written to")
    func triggers() async throws {
        let folder = try await make(HostileFile.shown[0])
        let sent = try await playhead("send", "--write", folder.file() + "#Account|ann", "deposit amount=5")
        #expect(sent.code == .fine)
        let verify = try await playhead("verify", folder.file())
        #expect(verify.code == .fine)
        #expect(verify.talk.contains("3 streams, 209 events"))
    }
}
