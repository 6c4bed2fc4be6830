internal import CNcurses
internal import CTerminal
internal import Glibc

/// The terminal in the program's hands, from opening the screen to leaving it as it was.
///
/// One at a time, on one thread. Whatever ends the program (quit, error, signal, trap, hang-up) leaves the terminal as
/// it was; `CTerminal`'s guard sees to what Swift code can't.
package final class TerminalSession {
    /// Where frames go.
    package let surface: CursesSurface
    /// Ends `next` from any thread.
    package let waker: Waker

    private var decoder: InputDecoder
    private let signals: Int32
    private let announcesIdle: Bool
    private var isOpen = true
    private var isGone = false

    private static let input: Int32 = 0
    private static let output: Int32 = 1
    private static let pasteOn = "\u{1B}[?2004h"
    private static let pasteOff = "\u{1B}[?2004l"
    private static let idleMark = "\u{1B}]999;idle\u{07}"

    /// Opens the screen on standard input and output.
    ///
    /// - Parameters:
    ///   - colorOption: The value of `--color`.
    /// - Throws: `TerminalError` when there is no terminal, or none that can show a screen; nothing is changed then.
    package init(theme: Theme = .standard, colorOption: String? = nil) throws(TerminalError) {
        let type = try Self.requireType()
        let isUnicode = terminal_set_locale()
        waker = try Waker()
        signals = terminal_guard_begin(Self.output)
        guard signals >= 0 else { throw .system("make a pipe", code: errno) }

        let output = terminal_frames_open(Self.output)
        guard output >= 0, let screen = curses_open(type, output) else {
            terminal_frames_close()
            terminal_guard_end()
            throw .unknownType(type)
        }
        guard curses_capability("cup") != nil else {
            endwin()
            delscreen(screen)
            terminal_frames_close()
            terminal_guard_end()
            throw .tooSimple(type)
        }
        terminal_guard_arm(false)
        terminal_guard_reclaim()
        raw()
        noecho()
        nonl()
        set_escdelay(InputDecoder.escapeDelay)
        keypad(curses_window(), true)
        // A key that waits must not leave a frame half drawn.
        typeahead(-1)
        let depth = ColorDepth.chosen(
            term: type, colorTerm: Self.environment("COLORTERM"), noColor: Self.environment("NO_COLOR"),
            option: colorOption)
        surface = CursesSurface(theme: theme, depth: depth, isUnicode: isUnicode)
        decoder = InputDecoder(described: DescribedKeys.all())
        announcesIdle = Self.environment("PLAYHEAD_TEST_IDLE") != nil
        terminal_guard_arm(surface.hasChangedColors)
        send(Self.pasteOn)
    }

    /// Throws what can be known before anything is opened: that there is no terminal, or none with a type.
    package static func check() throws(TerminalError) { _ = try requireType() }

    private static func requireType() throws(TerminalError) -> String {
        guard isatty(input) == 1, isatty(output) == 1 else { throw .notATerminal }
        guard let type = environment("TERM"), !type.isEmpty else { throw .noType }
        return type
    }

    deinit { close() }

    /// Leaves the screen and gives the terminal back; a second call does nothing.
    package func close() {
        guard isOpen else { return }
        isOpen = false
        if !isGone { send(Self.pasteOff) }
        endwin()
        terminal_frames_close()
        terminal_guard_end()
    }

    /// Waits for something to happen and says what.
    ///
    /// Waiting costs nothing. After `.terminate` because the terminal is gone, every call returns that at once.
    ///
    /// - Parameters:
    ///   - timeout: The longest wait in milliseconds; without one it waits for ever.
    ///   - isIdle: Whether nothing is under way that will change the screen; asked before a wait, and only for tests.
    /// - Returns: What happened, in order; nothing when the time is over.
    package func next(timeout: Int? = nil, isIdle: () -> Bool = { true }) -> [Input] {
        let deadline = timeout.map { Self.milliseconds() + Int64(max(0, $0)) }
        while true {
            if isGone { return [.terminate] }
            var left = deadline.map { max(0, $0 - Self.milliseconds()) }
            let held = decoder.delay.map(Int64.init)
            if let held { left = min(left ?? held, held) }
            if announcesIdle, held == nil, left != 0, wait(milliseconds: 0).isEmpty, isIdle() { send(Self.idleMark) }

            let ready = wait(milliseconds: left)
            var inputs: [Input] = []
            if ready.contains(.signal) { takeSignals(into: &inputs) }
            if ready.contains(.input) {
                takeInput(into: &inputs)
            } else if let held, left == held, ready.isEmpty {
                inputs += decoder.flush()
            }
            if ready.contains(.wake), waker.takeCalls() { inputs.append(.woken) }
            if !inputs.isEmpty { return inputs }
            if let deadline, Self.milliseconds() >= deadline { return [] }
        }
    }

    /// Asks the terminal to put text on its clipboard (OSC 52), which many do and none confirms.
    package func copy(_ text: DisplayText) {
        send("\u{1B}]52;c;\(Base64.text(of: Array(text.plainString.utf8)))\u{07}")
    }

    // MARK: Waiting

    private struct Ready: OptionSet {
        let rawValue: Int
        static let input = Ready(rawValue: 1)
        static let signal = Ready(rawValue: 2)
        static let wake = Ready(rawValue: 4)
    }

    private func wait(milliseconds: Int64?) -> Ready {
        var descriptors = [
            pollfd(fd: Self.input, events: Int16(POLLIN), revents: 0),
            pollfd(fd: signals, events: Int16(POLLIN), revents: 0),
            pollfd(fd: waker.reader, events: Int16(POLLIN), revents: 0),
        ]
        let count = poll(&descriptors, 3, milliseconds.map { Int32(clamping: $0) } ?? -1)
        guard count > 0 else { return [] }
        var ready: Ready = []
        if descriptors[0].revents != 0 { ready.insert(.input) }
        if descriptors[1].revents != 0 { ready.insert(.signal) }
        if descriptors[2].revents != 0 { ready.insert(.wake) }
        return ready
    }

    private func takeInput(into inputs: inout [Input]) {
        let (bytes, isClosed) = Descriptor.readAvailable(Self.input)
        for input in decoder.decode(bytes) {
            if input == .key(.control("z")) {
                suspend(into: &inputs)
            } else {
                inputs.append(input)
            }
        }
        if isClosed {
            isGone = true
            inputs.append(.terminate)
        }
    }

    private func takeSignals(into inputs: inout [Input]) {
        let numbers = Set(Descriptor.readAvailable(signals).bytes.map(Int32.init))
        if numbers.contains(SIGHUP) || numbers.contains(SIGTERM) { inputs.append(.terminate) }
        if numbers.contains(SIGINT) { inputs.append(.interrupt) }
        if numbers.contains(SIGTSTP) {
            suspend(into: &inputs)
        } else if numbers.contains(SIGCONT) {
            // Stopped by force: whoever had the terminal meanwhile may have left it in any state.
            endwin()
            resume(into: &inputs)
        } else if numbers.contains(SIGWINCH) {
            surface.resize()
            inputs.append(.resize(surface.size))
        }
    }

    // MARK: Suspending

    /// Gives the terminal back until the program is continued; what happened then.
    package func suspend() -> [Input] {
        var inputs: [Input] = []
        suspend(into: &inputs)
        return inputs
    }

    private func suspend(into inputs: inout [Input]) {
        send(Self.pasteOff)
        endwin()
        terminal_guard_disarm()
        terminal_guard_stop()
        // The continuation that ended the stop is this one; anything else that came stays.
        let numbers = Descriptor.readAvailable(signals).bytes.map(Int32.init)
        if numbers.contains(SIGHUP) || numbers.contains(SIGTERM) { inputs.append(.terminate) }
        resume(into: &inputs)
    }

    private func resume(into inputs: inout [Input]) {
        terminal_guard_arm(surface.hasChangedColors)
        surface.resume()
        send(Self.pasteOn)
        inputs.append(.resumed)
        inputs.append(.resize(surface.size))
    }

    // MARK: Small things

    private func send(_ sequence: String) {
        _ = Descriptor.writeAll(sequence.utf8, to: Self.output)
    }

    private static func environment(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }

    private static func milliseconds() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}
