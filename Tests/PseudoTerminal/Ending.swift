internal import Glibc

/// How a program ended.
package enum Ending: Sendable, Hashable {
    case exited(Int32)
    case killed(by: Int32)
}

/// Why a test could not go on, with what the program had written.
package enum PseudoTerminalError: Error, CustomStringConvertible {
    case cannotOpen(code: Int32)
    case cannotStart(String, code: Int32)
    case timedOut(waitingFor: [UInt8], output: [UInt8])
    case ended(waitingFor: [UInt8], output: [UInt8])

    package var description: String {
        switch self {
        case .cannotOpen(let code):
            "no pseudo-terminal could be opened: \(String(cString: strerror(code)))"
        case .cannotStart(let program, let code):
            "\(program) could not be started: \(String(cString: strerror(code)))"
        case .timedOut(let bytes, let output):
            "the time was over while waiting for \(quoted(bytes)); written until then: \(quoted(output.suffix(2000)))"
        case .ended(let bytes, let output):
            "the program ended before it wrote \(quoted(bytes)); written until then: \(quoted(output.suffix(2000)))"
        }
    }

    private func quoted(_ bytes: some Sequence<UInt8>) -> String {
        String(decoding: Array(bytes), as: UTF8.self).debugDescription
    }
}
