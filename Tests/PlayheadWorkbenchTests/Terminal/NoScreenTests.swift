import PseudoTerminal
import TestSupport
import Testing

@Suite("Where there is nothing to show, there is one sentence and no screen")
struct NoScreenTests {
    /// The sentence that a run ended with; the run drew nothing and changed no mode.
    private func sentence(
        _ program: String, _ arguments: [String], environment: [String: String] = [:], code: Int32,
        _ location: SourceLocation = #_sourceLocation
    ) throws -> String {
        let terminal = try PseudoTerminal(program, arguments, environment: environment)
        #expect(try terminal.waitForEnd() == .exited(code), sourceLocation: location)
        #expect(!terminal.output.contains(0x1B), "no sequence was sent", sourceLocation: location)
        #expect(terminal.isCanonical, sourceLocation: location)
        let text = String(decoding: terminal.output, as: UTF8.self)
        #expect(
            text.hasSuffix("\r\n") && text.count { $0 == "\r\n" } == 1, "one line: \(text)", sourceLocation: location)
        return String(text.drop { $0 == "\r" })
    }

    @Test("a terminal type that is unknown, too simple or empty is exit code 2", arguments: ["nonsense", "dumb", ""])
    func terminalType(type: String) throws {
        let text = try sentence(BuiltProgram.path("playhead"), [], environment: ["TERM": type], code: 2)
        #expect(text.hasPrefix("playhead: ") && text.contains("TERM"))
    }

    @Test("no TERM at all is exit code 2")
    func noTerminalType() throws {
        let text = try sentence("/usr/bin/env", ["-u", "TERM", BuiltProgram.path("playhead")], code: 2)
        #expect(text.hasPrefix("playhead: ") && text.contains("TERM"))
    }

    @Test("a bad file is exit code 3", arguments: BadFileTests.files, [[], ["--write"]])
    func badFile(_ bad: BadFileTests.BadFile, options: [String]) async throws {
        let folder = try TemporaryFolder()
        let path = folder.file()
        try await bad.make(path)
        let before = try folder.contents()
        let text = try sentence(BuiltProgram.path("playhead"), [path] + options, code: 3)
        #expect(text.hasPrefix("playhead: \(path) \(bad.sentence)"))
        #expect(try folder.contents() == before)
    }

    @Test("a hostile file is exit code 3", arguments: HostileFile.refused, [[], ["--write"]])
    func hostileFile(_ file: HostileFile, options: [String]) async throws {
        let folder = try TemporaryFolder()
        let path = folder.file()
        try await AccountsStore.make(path)
        try file.make(path)
        let before = try folder.contents()
        let text = try sentence(BuiltProgram.path("playhead"), [path] + options, code: 3)
        #expect(text == "playhead: \(path) is damaged: \(file.refusal ?? "")\r\n")
        #expect(try folder.contents() == before)
    }
}
