import Glibc
import PseudoTerminal
import Testing

@Suite("The terminal is left as it was, whatever happens")
struct ScreenSafetyTests {
    private static let leaveScreen = "\u{1B}[?1049l"
    private static let showCursor = "\u{1B}[?25h"
    private static let pasteOff = "\u{1B}[?2004l"

    @Test("quitting leaves the screen and gives the modes back")
    func quit() throws {
        let run = try ProbeRun()
        let first = try run.terminal.waitUntilIdle()
        #expect(first.contains("\u{1B}[?1049h"))
        #expect(first.contains("\u{1B}[?2004h"))
        run.terminal.type("q")
        #expect(try run.terminal.waitForEnd() == .exited(0))
        expectRestored(run)
    }

    @Test("SIGTERM and SIGHUP end the program in order", arguments: [SIGTERM, SIGHUP])
    func terminate(signal: Int32) throws {
        let run = try ProbeRun()
        try run.terminal.waitUntilIdle()
        run.terminal.signal(signal)
        #expect(try run.terminal.waitForEnd() == .exited(0))
        #expect(run.notes.last == "terminate")
        expectRestored(run)
    }

    @Test(
        "a trap, a fault, an abort, a stack that overflows and a trap on another thread restore the terminal and then end the program as they would have",
        arguments: [
            ("t", [SIGILL, SIGTRAP]), ("s", [SIGSEGV]), ("a", [SIGABRT]), ("o", [SIGSEGV]), ("p", [SIGILL, SIGTRAP]),
        ])
    func crash(key: String, signals: [Int32]) throws {
        let run = try ProbeRun()
        try run.terminal.waitUntilIdle()
        run.terminal.type(key)
        let ending = try run.terminal.waitForEnd()
        #expect(signals.map { Ending.killed(by: $0) }.contains(ending))
        expectRestored(run)
    }

    @Test("a fault signal from outside restores the terminal too", arguments: [SIGQUIT, SIGSEGV, SIGBUS, SIGFPE])
    func sentFault(signal: Int32) throws {
        let run = try ProbeRun()
        try run.terminal.waitUntilIdle()
        run.terminal.signal(signal)
        #expect(try run.terminal.waitForEnd() == .killed(by: signal))
        expectRestored(run)
    }

    @Test(
        "any other signal that ends a program restores the terminal first", arguments: [SIGUSR1, SIGALRM, SIGSYS, 40])
    func sentEnding(signal: Int32) throws {
        let run = try ProbeRun()
        try run.terminal.waitUntilIdle()
        run.terminal.signal(signal)
        #expect(try run.terminal.waitForEnd() == .killed(by: signal))
        expectRestored(run)
    }

    @Test("one of them that the program was started to ignore stays ignored")
    func ignoredEnding() throws {
        let run = try ProbeRun(underShell: "trap '' USR1; exec \"$PROBE\" \"$PROBE_LOG\"")
        try run.terminal.waitUntilIdle()
        run.terminal.signal(SIGUSR1)
        run.terminal.type("jq")
        #expect(try run.terminal.waitForEnd() == .exited(0))
        #expect(run.notes.contains("key j"))
    }

    @Test(
        "a trap asks no question where nobody wished for a backtrace: one sentence, and the program has ended",
        arguments: ["t", "p", "o"])
    func crashWithoutSetting(key: String) throws {
        let run = try ProbeRun(environment: ["SWIFT_BACKTRACE": ""])
        try run.terminal.waitUntilIdle()
        run.terminal.type(key)
        let ending = try run.terminal.waitForEnd(seconds: 15)
        #expect([SIGILL, SIGTRAP, SIGSEGV].map { Ending.killed(by: $0) }.contains(ending))
        #expect(run.terminal.output.contains("with SWIFT_BACKTRACE=enable=yes,interactive=no in its environment"))
        #expect(!run.terminal.output.contains("Press space"))
        expectRestored(run)
    }

    @Test("a fault signal from outside ends the program also behind a backtrace", arguments: [SIGILL, SIGQUIT])
    func sentFaultWithBacktrace(signal: Int32) throws {
        let run = try ProbeRun(environment: [
            "SWIFT_BACKTRACE": "enable=yes,interactive=no,color=no,cache=no,threads=crashed,limit=1,symbolicate=off"
        ])
        try run.terminal.waitUntilIdle()
        run.terminal.signal(signal)
        #expect(try run.terminal.waitForEnd() == .killed(by: signal))
        expectRestored(run)
    }

    @Test("exit() from anywhere restores the terminal")
    func exits() throws {
        let run = try ProbeRun()
        try run.terminal.waitUntilIdle()
        run.terminal.type("e")
        #expect(try run.terminal.waitForEnd() == .exited(3))
        expectRestored(run)
    }

    @Test("redefined colors are reset, also by a trap", arguments: ["q", "t"])
    func palette(key: String) throws {
        let run = try ProbeRun(environment: ["COLORTERM": "truecolor"])
        let first = try run.terminal.waitUntilIdle()
        #expect(first.contains("\u{1B}]4;"))
        run.terminal.type(key)
        try run.terminal.waitForEnd()
        #expect(run.terminal.output.contains("\u{1B}]104\u{07}"))
        expectRestored(run)
    }

    @Test("a backtrace prints on the normal screen, after the terminal was restored")
    func backtrace() throws {
        let run = try ProbeRun(environment: [
            "SWIFT_BACKTRACE": "enable=yes,interactive=no,color=no,cache=no,threads=crashed,limit=4,symbolicate=off"
        ])
        try run.terminal.waitUntilIdle()
        run.terminal.type("t")
        let before = try run.terminal.wait(for: Self.leaveScreen)
        #expect(!before.contains("Backtracing"))
        // Whoever handles the trap next writes now: the runtime, or a sanitizer that does not let it.
        try run.terminal.wait(for: "\r\n")
    }

    @Test("a closed window ends the program within a second")
    func closedWindow() throws {
        let run = try ProbeRun()
        try run.terminal.waitUntilIdle()
        run.terminal.hangUp()
        #expect(try run.terminal.waitForEnd(seconds: 1) == .exited(0))
        #expect(run.notes.last == "terminate")
    }

    @Test("a closed window ends the program also when the hang-up signal is ignored")
    func closedWindowWithoutSignal() throws {
        let run = try ProbeRun(underShell: "trap '' HUP; exec \"$PROBE\" \"$PROBE_LOG\"")
        try run.terminal.waitUntilIdle()
        run.terminal.hangUp()
        #expect(try run.terminal.waitForEnd(seconds: 1) == .exited(0))
        #expect(run.notes.last == "terminate")
    }

    @Test("^Z and SIGTSTP give the terminal back, and fg draws everything again", arguments: ["\u{1A}", "signal"])
    func suspend(how: String) throws {
        let script = "set -m; \"$PROBE\" \"$PROBE_LOG\"; echo stopped; read line; fg >/dev/null; echo over"
        let run = try ProbeRun(underShell: script)
        try run.terminal.waitUntilIdle()
        if how == "signal" {
            let child = try #require(run.childProcess)
            kill(child, SIGTSTP)
        } else {
            run.terminal.type(how)
        }
        let stopped = try run.terminal.wait(for: "stopped")
        #expect(stopped.contains(Self.leaveScreen))
        #expect(stopped.contains(Self.pasteOff))
        run.terminal.resize(columns: 70, rows: 20)
        run.terminal.type("\n")
        let back = try run.terminal.waitUntilIdle()
        #expect(back.contains("\u{1B}[?1049h"))
        #expect(back.contains("\u{1B}[?2004h"))
        #expect(back.contains("probe"))
        #expect(run.notes.contains("resumed"))
        #expect(run.notes.contains("resize 70x20"))
        run.terminal.type("q")
        try run.terminal.wait(for: "over")
    }

    @Test("a program that was stopped by force draws everything again")
    func stopAndContinue() throws {
        let run = try ProbeRun()
        try run.terminal.waitUntilIdle()
        run.terminal.signal(SIGSTOP)
        run.terminal.signal(SIGCONT)
        let back = try run.terminal.waitUntilIdle()
        #expect(back.contains("probe"))
        #expect(run.notes.contains("resumed"))
    }

    @Test("a terminal of an unknown type gets a sentence and exit 2, and no byte more")
    func unknownType() throws {
        let run = try ProbeRun(environment: ["TERM": "nonsense\u{1B}[2J"])
        #expect(try run.terminal.waitForEnd() == .exited(2))
        let text = String(decoding: run.terminal.output, as: UTF8.self)
        #expect(
            text
                == "The terminal type 'nonsense␛[2J' (from TERM) is not known on this machine: set TERM to one that is, "
                + "for example xterm-256color.\r\n")
    }

    @Test("a terminal that can't place its cursor, and none at all, get a sentence", arguments: ["dumb", ""])
    func simpleType(type: String) throws {
        let run = try ProbeRun(environment: ["TERM": type])
        #expect(try run.terminal.waitForEnd() == .exited(2))
        #expect(run.terminal.output.contains("xterm-256color"))
        #expect(!run.terminal.output.contains(0x1B))
    }

    private func expectRestored(_ run: ProbeRun, _ location: SourceLocation = #_sourceLocation) {
        let output = run.terminal.output
        #expect(output.contains(Self.leaveScreen), sourceLocation: location)
        #expect(output.contains(Self.showCursor), sourceLocation: location)
        #expect(output.contains(Self.pasteOff), sourceLocation: location)
        #expect(run.terminal.isCanonical, "the modes of the line are back", sourceLocation: location)
    }
}
