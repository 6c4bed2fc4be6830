import Glibc
import Terminal

/// What a person is called in the record of what operators did: the user's name, and the program's where there is none.
enum OperatorName {
    /// The most columns that a name has.
    private static let longest = 64

    /// Who runs this process, as far as the system says so.
    static var here: String { name { getenv($0).map { String(cString: $0) } } }

    /// The name, made harmless: it is whatever somebody put into the environment.
    ///
    /// - Parameter variable: the value of a variable; nil where there is none.
    static func name(by variable: (String) -> String?) -> String {
        for key in ["USER", "LOGNAME"] {
            guard let value = variable(key), !value.isEmpty else { continue }
            let text = DisplayText(value, as: .name).clipped(to: longest, ellipsis: "…").plainString
            if text.contains(where: { !$0.isWhitespace }) { return text }
        }
        return "playhead"
    }
}
