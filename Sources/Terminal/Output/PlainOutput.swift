internal import CTerminal
internal import Glibc

/// The door for everything that is printed without a screen: standard output and standard error.
///
/// On a terminal only `DisplayText` passes; into a pipe or a file the caller's bytes may go as they are. A reader that
/// has gone (`| head`) ends the writing quietly.
package final class PlainOutput {
    /// Whether a person is looking at a terminal, and not a program at a pipe.
    package let isTerminal: Bool
    /// The reader has gone, so nothing more needs to be made.
    package private(set) var isClosed = false
    /// Whether anything was written so far.
    package private(set) var hasWritten = false
    /// The first thing that went wrong; a reader that has gone is not wrong.
    package private(set) var error: OutputError?

    private let descriptor: Int32
    private let isUnicode: Bool
    private var buffer: [UInt8] = []
    /// How many columns of a progress line stand on the terminal.
    private var progressWidth = 0

    private static let capacity = 65_536

    /// - Parameters:
    ///   - descriptor: 1 for standard output, 2 for standard error.
    ///   - isTerminal: What to take it for; without a value the descriptor is asked.
    package init(descriptor: Int32 = 1, isTerminal: Bool? = nil) {
        self.descriptor = descriptor
        self.isTerminal = isTerminal ?? (isatty(descriptor) == 1)
        // A pipe's encoding is UTF-8; a terminal's is the locale's.
        isUnicode = self.isTerminal ? terminal_set_locale() : true
        terminal_ignore_broken_pipes()
    }

    deinit { flush() }

    /// Writes harmless text.
    package func write(_ text: DisplayText) {
        append(isUnicode ? text.plainString : ASCIIFallback.string(for: text))
    }

    /// Writes harmless text and ends the line.
    package func writeLine(_ text: DisplayText = DisplayText()) {
        write(text)
        append("\n")
    }

    /// Writes bytes as they are into a pipe or a file; on a terminal, line by line as harmless text.
    package func writeRaw(_ bytes: some Collection<UInt8>) {
        guard isTerminal else {
            hasWritten = true
            buffer += bytes
            flushWhenFull()
            return
        }
        let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            if index > 0 { append("\n") }
            write(DisplayText(bytes: line, limit: .max))
        }
    }

    /// Writes a string as bytes; see `writeRaw`.
    package func writeRaw(_ string: String) {
        writeRaw(Array(string.utf8))
    }

    /// Shows a line that the next one is written over; on a terminal alone, and at most 79 columns of it.
    ///
    /// An empty one takes the line away.
    package func showProgress(_ text: DisplayText) {
        guard isTerminal, !(text.isEmpty && progressWidth == 0) else { return }
        let line = text.clipped(to: 79)
        append("\r")
        write(line.padded(to: progressWidth))
        append("\r")
        write(line)
        progressWidth = line.width
        flush()
    }

    /// Sends what is buffered; `error` says whether that worked.
    package func flush() {
        guard !buffer.isEmpty else { return }
        if !isClosed, error == nil, let code = Descriptor.writeAll(buffer, to: descriptor) {
            if code == EPIPE { isClosed = true } else { error = OutputError(code: code) }
        }
        buffer.removeAll(keepingCapacity: true)
    }

    private func append(_ string: String) {
        hasWritten = true
        buffer += string.utf8
        flushWhenFull()
    }

    private func flushWhenFull() {
        if buffer.count >= Self.capacity { flush() }
    }
}
