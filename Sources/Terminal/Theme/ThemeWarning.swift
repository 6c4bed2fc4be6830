/// A line of a theme file that was left out, and why. A theme never fails to load.
package struct ThemeWarning: Sendable, Hashable, CustomStringConvertible {
    package enum Problem: Sendable, Hashable {
        case unknownRole(String, nearest: String)
        case unknownColor(String, nearest: String)
        case unknownAttribute(String, nearest: String)
        case unknownDepth(String)
        case unknownTheme(String, nearest: String)
        case inheritsItself(String)
        case inheritsLate
        case notAnAssignment
        case withoutColors(String)
    }

    package var file: String
    /// Counted from 1.
    package var line: Int
    package var problem: Problem

    /// `file:line: sentence`, as compilers write it.
    package var description: String {
        "\(file):\(line): \(sentence)"
    }

    private var sentence: String {
        switch problem {
        case .unknownRole(let name, let nearest):
            "there is no role '\(name)'; did you mean '\(nearest)'?"
        case .unknownColor(let name, let nearest):
            "'\(name)' is no color: a name like '\(nearest)', a number from 0 to 255, #rrggbb or default is one"
        case .unknownAttribute(let name, let nearest):
            "there is no attribute '\(name)'; did you mean '\(nearest)'?"
        case .unknownDepth(let name):
            "there is no color depth '\(name)': [truecolor], [256], [16] and [none] are the variants"
        case .unknownTheme(let name, let nearest):
            "there is no theme '\(name)' to inherit from; did you mean '\(nearest)'?"
        case .inheritsItself(let name):
            "the theme '\(name)' inherits from itself, so this line is left out"
        case .inheritsLate:
            "'inherits' stands after other lines; it belongs at the top, so this line is left out"
        case .notAnAssignment:
            "a line is 'role = foreground background attributes', 'inherits theme', '[depth]' or a # comment"
        case .withoutColors(let name):
            "'\(name) =' needs a foreground and a background, as in '\(name) = cyan default bold'"
        }
    }
}
