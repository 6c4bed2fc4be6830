internal import Glibc

/// Why something could not be written.
package struct OutputError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The C library's number of the error.
    package let code: Int32

    package var description: String {
        let reason = code == EPIPE ? "its reader has gone" : String(cString: strerror(code))
        return "The output could not be written: \(reason)."
    }

    /// A reader that has gone.
    package static let closed = OutputError(code: EPIPE)
}
