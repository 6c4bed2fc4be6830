import PseudoTerminal
import TestSupport
import Testing

@testable import PlayheadWorkbench

@Suite("The workbench's manners on a terminal")
struct MannersTests {
    private func open(_ path: String) throws -> PseudoTerminal {
        let terminal = try PseudoTerminal(BuiltProgram.path("playhead"), [path], columns: 120, rows: 36)
        try terminal.waitUntilIdle()
        return terminal
    }

    @Test("while nothing happens for a second, nothing is written and no time is used")
    func idle() throws {
        let store = try Shop()
        let terminal = try open(store.path)
        // Whatever was told meanwhile is over when a key is answered.
        terminal.type("k")
        try terminal.waitUntilIdle()
        let before = terminal.processorTicks
        #expect(!terminal.hasOutput(milliseconds: 1000))
        #expect(terminal.processorTicks == before)
    }

    @Test("a paste of a million bytes runs no key, and fills no more of a line than a line takes")
    func hugePaste() async throws {
        let store = try Shop()
        let terminal = try open(store.path)
        let text = String(repeating: "qk\rG\u{3}", count: 200_000)
        terminal.type("\u{1B}[200~" + text + "\u{1B}[201~")
        try terminal.waitUntilIdle()
        terminal.type(">")
        try terminal.waitUntilIdle()
        terminal.type("\u{1B}[200~" + text + "\u{1B}[201~")
        try terminal.waitUntilIdle()
        #expect(terminal.processorTicks > 0, "it still runs")
        terminal.signal(15)
        #expect(try terminal.waitForEnd() == .exited(0))
        #expect(try await store.events().count == 62)
    }
}

@Suite("Hostile text in every field of a store on the screen", .serialized)
struct HostileScreenTests {
    @Test("no control byte reaches the terminal but those of curses, wherever the store is looked at")
    func bytes() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("odd\u{1B}[2J\u{202E}.db")
        try HostileStoreTests.make(path)
        let terminal = try PseudoTerminal(BuiltProgram.path("playhead"), [path], columns: 120, rows: 36)
        try terminal.waitUntilIdle()
        // The state, the event, what it changed and what is known of it; the streams; all events; messages; a command.
        for keys in [
            "gg", "j", "ge", "gd", "gm", "gs", "\u{1B}2", "jjj", "o", "\u{1B}1", "S", "G", "gg", "?", "?", "s",
        ] {
            terminal.type(keys)
            try terminal.waitUntilIdle()
        }
        for _ in 0..<70 {
            terminal.type("j")
            try terminal.waitUntilIdle()
        }
        for _ in 0..<12 {
            terminal.type("kkkkk\r")
            try terminal.waitUntilIdle()
            terminal.type("ges")
            try terminal.waitUntilIdle()
        }
        terminal.type("q")
        #expect(try terminal.waitForEnd() == .exited(0))
        let rest = TerminalBytes.withoutCursesSequences(terminal.output)
        let marks = Array("\u{1B}]999;idle\u{07}".utf8)
        var index = 0
        var foreign: [UInt8] = []
        while index < rest.count {
            if rest[index...].starts(with: marks) {
                index += marks.count
            } else {
                // Shift in, with which curses and the last sequence choose the standard characters.
                if rest[index] < 0x20 && rest[index] != 0x0F || rest[index] == 0x7F { foreign.append(rest[index]) }
                index += 1
            }
        }
        #expect(foreign.isEmpty)
        #expect(TerminalBytes.operatingSystemCommands(terminal.output).isEmpty)
        let text = String(decoding: rest, as: UTF8.self)
        #expect(text.unicodeScalars.allSatisfy { !(0x80...0x9F).contains($0.value) && $0.value != 0x202E })
    }

    @Test("the rows are the expected ones, and every line stays in its column")
    func rows() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("odd.db")
        try HostileStoreTests.make(path)
        let terminal = try TmuxScreen([path + "#Order|0A%1B[2JB"])
        let screen = try terminal.screen(showing: "#1 of 1", "after #1", "0A␛[2JB", "A␛[2JB")
        // The divider between the upper panes stands under the same column in every row.
        let rows = screen.split(separator: "\n", omittingEmptySubsequences: false).dropFirst(4).prefix(18)
        #expect(rows.allSatisfy { Array($0).indices.contains(70) && Array($0)[70] == "│" })
        try terminal.type("s")
        try terminal.screen(showing: "─1 Streams ──", "␛]52;c;cm0gLXJm␇B", "⟨202E⟩")
    }
}
