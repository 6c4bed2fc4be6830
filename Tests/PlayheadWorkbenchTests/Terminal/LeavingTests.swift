import Foundation
import PseudoTerminal
import Testing

@testable import SQLiteStorage

@Suite("The workbench leaves the terminal as it was")
struct LeavingTests {
    private func open(_ arguments: [String] = [], environment: [String: String] = [:]) throws -> PseudoTerminal {
        let terminal = try PseudoTerminal(
            BuiltProgram.path("playhead"), arguments, columns: 120, rows: 36, environment: environment)
        try terminal.waitUntilIdle()
        return terminal
    }

    /// The screen was left once, the last bytes leave it, and the line's modes are those of a shell.
    private func expectRestored(_ terminal: PseudoTerminal, _ location: SourceLocation = #_sourceLocation) {
        let output = String(decoding: terminal.output, as: UTF8.self)
        let parts = output.split(separator: "\u{1B}[?1049l", omittingEmptySubsequences: false)
        #expect(parts.count >= 2, "the screen was left", sourceLocation: location)
        let rest = TerminalBytes.withoutCursesSequences(Array((parts.last ?? "").utf8))
        #expect(rest.isEmpty, "nothing is drawn after that", sourceLocation: location)
        #expect(output.contains("\u{1B}[?2004l"), "pastes are not marked any more", sourceLocation: location)
        let hiding = output.components(separatedBy: "\u{1B}[?25l")
        #expect(
            hiding.count == 1 || hiding.last?.contains("\u{1B}[?25h") == true, "the cursor is shown",
            sourceLocation: location)
        #expect(terminal.isCanonical, "the modes of the line are back", sourceLocation: location)
    }

    @Test("q, and ^C twice, end it with exit code 0", arguments: [["q"], ["\u{3}", "\u{3}"]])
    func quit(keys: [String]) throws {
        let terminal = try open()
        for key in keys.dropLast() {
            terminal.type(key)
            try terminal.waitUntilIdle()
        }
        terminal.type(keys.last ?? "")
        #expect(try terminal.waitForEnd() == .exited(0))
        expectRestored(terminal)
    }

    @Test("SIGTERM and SIGHUP end it in order", arguments: [SIGTERM, SIGHUP])
    func terminate(signal: Int32) throws {
        let terminal = try open()
        terminal.signal(signal)
        #expect(try terminal.waitForEnd() == .exited(0))
        expectRestored(terminal)
    }

    @Test(
        "a trap or a fault restores the terminal, and then ends it as it would have",
        arguments: [SIGILL, SIGSEGV, SIGABRT])
    func fault(signal: Int32) throws {
        let terminal = try open()
        terminal.signal(signal)
        #expect(try terminal.waitForEnd() == .killed(by: signal))
        expectRestored(terminal)
    }

    @Test(
        "every other signal that ends a program restores the terminal, and then ends it",
        arguments: [
            SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF, SIGXCPU, SIGXFSZ, SIGSYS, SIGIO, SIGPWR, SIGSTKFLT, 34, 64,
        ])
    func otherEnding(signal: Int32) throws {
        let terminal = try open()
        terminal.signal(signal)
        #expect(try terminal.waitForEnd() == .killed(by: signal))
        expectRestored(terminal)
    }

    @Test("where nobody has said how backtraces are wanted, a fault is a sentence at once, and asks no question")
    func faultWithoutSetting() throws {
        let terminal = try open(environment: ["SWIFT_BACKTRACE": ""])
        terminal.signal(SIGILL)
        #expect(try terminal.waitForEnd() == .killed(by: SIGILL))
        let output = String(decoding: terminal.output, as: UTF8.self)
        let rest = output.components(separatedBy: "\u{1B}[?1049l").last
        #expect(
            rest == "playhead: a fault ended the program; with SWIFT_BACKTRACE=enable=yes,interactive=no in its "
                + "environment it shows where\r\n")
        #expect(terminal.isCanonical)
    }

    @Test("a closed window ends it at once, also while a store is open for writing")
    func closedWindow() throws {
        let store = try Shop()
        let terminal = try open([store.path, "--write"])
        terminal.hangUp()
        #expect(try terminal.waitForEnd(seconds: 4) == .exited(0))
    }

    @Test("a closed window ends it at once, also while a command waits for a file that another process holds")
    func closedWindowWhileWaiting() throws {
        let store = try Shop()
        let terminal = try open([store.path, "--write"])
        let holder = try Connection(store.path, .writing)
        try holder.execute("BEGIN IMMEDIATE")
        terminal.type(">add-item sku=late qty=1")
        try terminal.waitUntilIdle()
        terminal.type("\r")
        try terminal.wait(for: "sending")
        terminal.hangUp()
        // The command itself would wait for five seconds.
        #expect(try terminal.waitForEnd(seconds: 4) == .exited(0))
        try holder.execute("ROLLBACK")
    }

    @Test("^Z gives the terminal back, and fg draws everything again in the size that it has then")
    func suspend() throws {
        let program = BuiltProgram.path("playhead")
        let terminal = try PseudoTerminal(
            "/bin/sh", ["-c", "set -m; '\(program)'; echo stopped; read line; fg >/dev/null; echo over"],
            columns: 120, rows: 36)
        try terminal.waitUntilIdle()
        terminal.type("\u{1A}")
        let stopped = try terminal.wait(for: "stopped")
        #expect(stopped.contains("\u{1B}[?1049l") && stopped.contains("\u{1B}[?2004l"))
        #expect(terminal.isCanonical)
        terminal.resize(columns: 80, rows: 24)
        terminal.type("\n")
        let back = String(decoding: try terminal.waitUntilIdle(), as: UTF8.self)
        #expect(back.contains("\u{1B}[?1049h") && back.contains("Timeline") && back.contains("State"))
        terminal.type("q")
        try terminal.wait(for: "over")
        #expect(terminal.isCanonical)
    }
}
