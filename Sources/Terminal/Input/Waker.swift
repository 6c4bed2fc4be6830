internal import CTerminal
internal import Glibc

/// Ends the session's wait from any thread: another thread has put something into a mailbox.
package final class Waker: Sendable {
    let reader: Int32
    private let writer: Int32

    init() throws(TerminalError) {
        var ends: [Int32] = [-1, -1]
        guard terminal_pipe(&ends) == 0 else { throw .system("make a pipe", code: errno) }
        reader = ends[0]
        writer = ends[1]
    }

    /// Returns at once; many calls before the session looks are one `Input.woken`.
    package func wake() {
        var byte: UInt8 = 1
        // A full pipe already says enough.
        while Glibc.write(writer, &byte, 1) < 0, errno == EINTR {}
    }

    /// Whether there was a call since the last time.
    func takeCalls() -> Bool {
        !Descriptor.readAvailable(reader).bytes.isEmpty
    }

    deinit {
        close(reader)
        close(writer)
    }
}
