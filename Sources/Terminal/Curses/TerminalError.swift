internal import Glibc

/// Why there is no screen, as a sentence that says what would be right.
package enum TerminalError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Standard input or output is a pipe or a file.
    case notATerminal
    /// `TERM` is not set.
    case noType
    /// `TERM` names a terminal that the system does not describe.
    case unknownType(String)
    /// `TERM` names a terminal whose cursor can't be placed, such as `dumb`.
    case tooSimple(String)
    case system(String, code: Int32)

    package var description: String {
        switch self {
        case .notATerminal:
            "The screen needs a terminal, and standard input or output is not one: run it in a terminal window, or use "
                + "one of the commands that print (playhead help)."
        case .noType:
            "TERM is not set, so the terminal's type is unknown: set it, for example TERM=xterm-256color."
        case .unknownType(let name):
            "The terminal type '\(name)' (from TERM) is not known on this machine: set TERM to one that is, for example "
                + "xterm-256color."
        case .tooSimple(let name):
            "The terminal type '\(name)' (from TERM) can't place its cursor: set TERM to what the terminal "
                + "really is, for example xterm-256color."
        case .system(let action, let code):
            "The system would not \(action): \(String(cString: strerror(code)))."
        }
    }
}
