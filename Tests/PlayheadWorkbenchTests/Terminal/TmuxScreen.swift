import Glibc
import PseudoTerminal
import TestSupport

@testable import PlayheadWorkbench

/// The program in a window of tmux: a real terminal type, keys that are typed, and the screen as a person sees it.
///
/// Nothing sleeps: tmux copies what the program writes into a pipe, and the screen is looked at whenever something has
/// come, until it shows what is waited for or the time is over.
final class TmuxScreen {
    /// What tmux answers when it can't do something, or a screen that never came.
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    private let folder: TemporaryFolder
    private let socket: String
    private let written: Int32

    /// Starts the program in a window of its own.
    ///
    /// - Parameters:
    ///   - arguments: The program's arguments.
    ///   - type: The terminal type that the program is told.
    init(_ arguments: [String], columns: Int = 120, rows: Int = 36, type: String = "tmux-256color") throws {
        folder = try TemporaryFolder()
        socket = folder.file("tmux")
        guard mkfifo(folder.file("written"), 0o600) == 0 else { throw Failure(description: "no pipe could be made") }
        // Open for both, so that neither end ever waits for the other.
        written = open(folder.file("written"), O_RDWR | O_NONBLOCK | O_CLOEXEC)
        guard written >= 0 else { throw Failure(description: "the pipe could not be opened") }
        let words = ([BuiltProgram.path("playhead")] + arguments).map(Shell.quoted).joined(separator: " ")
        // It starts when its output is being copied, and what comes after it stays to be read.
        let line =
            "stty -echo; read go; stty echo; PLAYHEAD_TEST_IDLE=1 SWIFT_BACKTRACE=enable=no \(words); "
            + "echo \"ended with $?\"; exec cat"
        try tmux([
            "-f", "/dev/null", "start-server", ";", "set-option", "-g", "default-terminal", type, ";", "set-option",
            "-g", "status", "off", ";", "set-option", "-s", "escape-time", "0", ";", "set-option", "-g",
            "default-shell", "/bin/sh", ";", "new-session", "-d", "-x", "\(columns)", "-y", "\(rows)", line,
        ])
        try tmux(["pipe-pane", "-O", "exec cat > " + Shell.quoted(folder.file("written"))])
        try press("Enter")
    }

    deinit {
        _ = try? tmux(["kill-server"])
        close(written)
    }

    // MARK: What a person does

    /// Types text as it stands.
    func type(_ text: String) throws { try tmux(["send-keys", "-l", "--", text]) }

    /// Presses keys by tmux's names: `Enter`, `Escape`, `C-c`, `M-2`.
    func press(_ keys: String...) throws { try tmux(["send-keys"] + keys) }

    /// Pastes text as a terminal does that was asked to mark it.
    func paste(_ text: String) throws {
        try tmux(["set-buffer", "--", text, ";", "paste-buffer", "-p"])
    }

    func resize(columns: Int, rows: Int) throws {
        try tmux(["resize-window", "-x", "\(columns)", "-y", "\(rows)"])
    }

    // MARK: What a person sees

    /// The screen's lines as they stand now.
    func screen() throws -> String { try tmux(["capture-pane", "-p"]) }

    /// Waits until the screen shows every one of these texts, and answers it.
    @discardableResult
    func screen(showing texts: String..., seconds: Double = 600) throws -> String {
        try screen("shows \(texts)", seconds: seconds) { screen in texts.allSatisfy { screen.contains($0) } }
    }

    /// Waits until the screen is as it should be, and answers it.
    @discardableResult
    func screen(_ wish: String, seconds: Double = 600, where isWanted: (String) -> Bool) throws -> String {
        let end = ContinuousClock.now + .seconds(seconds)
        while true {
            let screen = try screen()
            if isWanted(screen) { return screen }
            let left = Int32(clamping: Int64((end - .now) / .milliseconds(1)))
            var ready = pollfd(fd: written, events: Int16(POLLIN), revents: 0)
            guard left > 0, poll(&ready, 1, left) > 0 else {
                throw Failure(description: "no screen came that \(wish); the last one:\n\(screen)")
            }
            var buffer = [UInt8](repeating: 0, count: 65_536)
            while read(written, &buffer, buffer.count) > 0 {}
        }
    }

    // MARK: tmux

    @discardableResult
    private func tmux(_ words: [String]) throws -> String {
        // A word of its own that is a semicolon parts tmux's commands, so it is not quoted away from tmux, only from sh.
        let line = (["tmux", "-u", "-S", socket] + words).map(Shell.quoted).joined(separator: " ")
        let run = try ShellRun("LC_ALL=C.UTF-8 TMUX= \(line)")
        switch run.code {
        case 0: return run.output
        case 127: throw Failure(description: "tmux is not installed, and these tests type into it: sh .ci/install")
        default: throw Failure(description: "tmux \(words.first ?? "") failed: \(run.output)")
        }
    }
}
