import Glibc
import PseudoTerminal
import Testing

@Suite("A session on a real terminal")
struct SessionTests {
    @Test("keys, a paste and a wake-up arrive as one input each")
    func inputs() throws {
        let run = try ProbeRun()
        try run.terminal.waitUntilIdle()
        run.terminal.type("j\u{1B}[A\u{1B}OP\u{4}é")
        try run.terminal.waitUntilIdle()
        run.terminal.type("\u{1B}[200~rm -rf\rq\u{1B}[31m\n\u{3}\u{1B}[201~")
        try run.terminal.waitUntilIdle()
        run.terminal.type("w")
        try run.terminal.waitUntilIdle()
        run.terminal.type("\u{1B}")
        try run.terminal.waitUntilIdle()
        run.terminal.type("\u{3}")
        try run.terminal.waitUntilIdle()
        run.terminal.signal(SIGINT)
        try run.terminal.waitUntilIdle()
        let pasted = "rm -rf\nq\u{1B}[31m\n\u{3}".debugDescription
        #expect(
            run.notes == [
                "open 80x24", "key j", "key Up", "key F1", "key ^D", "key é", "paste \(pasted)", "key w", "woken",
                "key Esc", "interrupt", "interrupt",
            ])
    }

    @Test("a mouse report is swallowed and never run as keys")
    func mouse() throws {
        let run = try ProbeRun(environment: ["TERM": "screen-256color"])
        try run.terminal.waitUntilIdle()
        run.terminal.type("\u{1B}[<0;10;5Mj")
        try run.terminal.waitUntilIdle()
        #expect(run.notes == ["open 80x24", "key j"])
    }

    @Test("a new window size is one input, and the next frame fills it", arguments: [(132, 50), (20, 5), (1, 1)])
    func resize(columns: Int, rows: Int) throws {
        let run = try ProbeRun()
        try run.terminal.waitUntilIdle()
        run.terminal.resize(columns: columns, rows: rows)
        try run.terminal.waitUntilIdle()
        #expect(run.notes.last == "resize \(columns)x\(rows)")
    }

    @Test("while nothing happens nothing is written and no time is used")
    func idle() throws {
        let run = try ProbeRun()
        try run.terminal.waitUntilIdle()
        let before = run.processorTicks
        #expect(!run.terminal.hasOutput(milliseconds: 300))
        #expect(run.processorTicks == before)
    }

    @Test("hostile text in every cell sends no control byte of its own", arguments: ["C.UTF-8", "C"])
    func hostileText(locale: String) throws {
        let run = try ProbeRun(columns: 100, rows: 60, environment: ["LANG": locale])
        try run.terminal.waitUntilIdle()
        run.terminal.type("x")
        let written = try run.terminal.waitUntilIdle()
        let rest = TerminalBytes.withoutCursesSequences(written)
        #expect(rest.allSatisfy { $0 >= 0x20 && $0 != 0x7F })
        #expect(TerminalBytes.operatingSystemCommands(written).isEmpty)
        let text = String(decoding: rest, as: UTF8.self)
        #expect(!text.contains("\u{FFFD}") || locale != "C")
        #expect(text.unicodeScalars.allSatisfy { !(0x80...0x9F).contains($0.value) && $0.value != 0x202E })
        if locale == "C" { #expect(rest.allSatisfy { $0 < 0x80 }) }
        #expect(text.contains(locale == "C" ? "A?[2JB" : "A␛[2JB"))
        #expect(run.notes.count == 2, "no answer to a question of the text was typed")
    }
}
