internal import CPseudoTerminal
internal import Glibc

/// A terminal without a window: runs a program in it, types, and collects every byte that the program writes.
///
/// Nothing sleeps: a program under test sends `ESC ]999;idle BEL` when it waits for input (`PLAYHEAD_TEST_IDLE`), and
/// every wait here is a `poll` with a deadline.
package final class PseudoTerminal {
    /// The process at the other end.
    package let process: Int32
    /// Everything written so far.
    package private(set) var output: [UInt8] = []
    /// When the newest of it came that is drawn.
    package private(set) var lastPaint = ContinuousClock.now

    private var descriptor: Int32
    private var searched = 0
    private var ending: Ending?

    private static let sanitizerOptions =
        "handle_segv=0:handle_abort=0:handle_sigill=0:handle_sigbus=0:handle_sigfpe=0:handle_sigtrap=0:detect_leaks=0"

    package static let idleMark: [UInt8] = Array("\u{1B}]999;idle\u{07}".utf8)

    /// Starts a program as the leader of its own session, with this as its controlling terminal.
    ///
    /// - Parameter environment: Added to a fixed, small one: `TERM=xterm-256color`, `LANG=C.UTF-8`, no backtraces.
    package init(
        _ program: String, _ arguments: [String] = [], columns: Int = 80, rows: Int = 24,
        environment: [String: String] = [:]
    ) throws(PseudoTerminalError) {
        var name = [CChar](repeating: 0, count: 128)
        descriptor = pseudo_terminal_open(&name, 128)
        guard descriptor >= 0 else { throw .cannotOpen(code: errno) }
        _ = pseudo_terminal_set_size(descriptor, Int32(columns), Int32(rows))
        var variables = [
            "TERM": "xterm-256color", "LANG": "C.UTF-8", "PATH": "/usr/local/bin:/usr/bin:/bin",
            "PLAYHEAD_TEST_IDLE": "1", "SWIFT_BACKTRACE": "enable=no",
            // A program built with a sanitizer must die of its signals as any other does.
            "ASAN_OPTIONS": Self.sanitizerOptions, "TSAN_OPTIONS": Self.sanitizerOptions,
        ]
        variables.merge(environment) { $1 }
        do {
            process = try Self.spawn(program, arguments, terminal: name, variables)
        } catch {
            Glibc.close(descriptor)
            throw error
        }
    }

    deinit {
        if ending == nil {
            kill(process, SIGKILL)
            var status: Int32 = 0
            waitpid(process, &status, 0)
        }
        hangUp()
    }

    // MARK: What a person does

    /// Types text, or sends a sequence, as one piece.
    package func type(_ text: String) {
        let bytes = Array(text.utf8)
        bytes.withUnsafeBytes { buffer in
            var offset = 0
            while offset < buffer.count {
                let sent = Glibc.write(descriptor, buffer.baseAddress?.advanced(by: offset), buffer.count - offset)
                if sent < 0, errno != EINTR { return }
                offset += max(0, sent)
            }
        }
    }

    package func resize(columns: Int, rows: Int) {
        _ = pseudo_terminal_set_size(descriptor, Int32(columns), Int32(rows))
    }

    package func signal(_ number: Int32) {
        kill(process, number)
    }

    /// Closes the window.
    package func hangUp() {
        guard descriptor >= 0 else { return }
        Glibc.close(descriptor)
        descriptor = -1
    }

    // MARK: What a person sees

    /// Waits until the program waits for input; what it wrote since the last wait.
    @discardableResult
    package func waitUntilIdle(seconds: Double = 600) throws(PseudoTerminalError) -> [UInt8] {
        let written = try wait(for: Self.idleMark, seconds: seconds)
        return Array(written.dropLast(Self.idleMark.count))
    }

    /// Waits for bytes; everything from the last wait up to their end.
    @discardableResult
    package func wait(for text: String, seconds: Double = 600) throws(PseudoTerminalError) -> [UInt8] {
        try wait(for: Array(text.utf8), seconds: seconds)
    }

    private func wait(for bytes: [UInt8], seconds: Double) throws(PseudoTerminalError) -> [UInt8] {
        let deadline = Self.now() + seconds
        while true {
            if let end = endOfMatch(bytes) {
                defer { searched = end }
                return Array(output[searched..<end])
            }
            let isOpen = try read(until: deadline, waitingFor: bytes)
            if !isOpen, endOfMatch(bytes) == nil { throw .ended(waitingFor: bytes, output: output) }
        }
    }

    /// Waits for the end of the program and collects the rest of its output.
    @discardableResult
    package func waitForEnd(seconds: Double = 600) throws(PseudoTerminalError) -> Ending {
        if let ending { return ending }
        let deadline = Self.now() + seconds
        if descriptor >= 0 {
            while try read(until: deadline, waitingFor: []) {}
        }
        let handle = pseudo_terminal_process_handle(process)
        guard handle >= 0 else { throw .cannotOpen(code: errno) }
        defer { Glibc.close(handle) }
        var exited = pollfd(fd: handle, events: Int16(POLLIN), revents: 0)
        guard poll(&exited, 1, Int32(max(0, deadline - Self.now()) * 1000)) > 0 else {
            throw .timedOut(waitingFor: [], output: output)
        }
        var status: Int32 = 0
        waitpid(process, &status, 0)
        let result: Ending = status & 0x7F == 0 ? .exited(status >> 8 & 0xFF) : .killed(by: status & 0x7F)
        ending = result
        return result
    }

    /// Whether the program writes anything in this time.
    package func hasOutput(milliseconds: Int32) -> Bool {
        var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&ready, 1, milliseconds) > 0
    }

    /// Whether the terminal collects lines and echoes them, as a shell leaves it.
    package var isCanonical: Bool {
        var modes = termios()
        guard tcgetattr(descriptor, &modes) == 0 else { return false }
        let wanted = tcflag_t(ICANON | ECHO | ISIG)
        return modes.c_lflag & wanted == wanted
    }

    // MARK: Inside

    private func endOfMatch(_ bytes: [UInt8]) -> Int? {
        guard output.count - searched >= bytes.count else { return nil }
        for start in searched...(output.count - bytes.count)
        where output[start] == bytes[0] && output[start..<start + bytes.count].elementsEqual(bytes) {
            return start + bytes.count
        }
        return nil
    }

    /// Reads what is there, waiting for it; `false` when the other end is closed.
    private func read(until deadline: Double, waitingFor bytes: [UInt8]) throws(PseudoTerminalError) -> Bool {
        var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        let count = poll(&ready, 1, Int32(max(0, deadline - Self.now()) * 1000))
        if count < 0, errno == EINTR { return true }
        guard count > 0 else { throw .timedOut(waitingFor: bytes, output: output) }
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let got = Glibc.read(descriptor, &buffer, buffer.count)
        guard got > 0 else { return false }
        output += buffer.prefix(got)
        if !buffer.prefix(got).elementsEqual(Self.idleMark) { lastPaint = .now }
        return true
    }

    private static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    private static func spawn(
        _ program: String, _ arguments: [String], terminal: [CChar], _ variables: [String: String]
    ) throws(PseudoTerminalError) -> Int32 {
        var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
        var settings: [UnsafeMutablePointer<CChar>?] = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer {
            for word in words + settings { free(word) }
        }
        var process: Int32 = 0
        let code = pseudo_terminal_spawn(&process, terminal, &words, &settings)
        guard code == 0 else { throw .cannotStart(program, code: code) }
        return process
    }
}
