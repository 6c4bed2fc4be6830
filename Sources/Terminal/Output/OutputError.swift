internal import Glibc

/// Why something could not be written.
package struct OutputError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The C library's number of the error.
    package let code: Int32

    package var description: String {
        "The output could not be written: \(String(cString: strerror(code)))."
    }
}
