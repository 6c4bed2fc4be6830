/// A pattern of `like`: `%` stands for any text, `_` for any one character (a Unicode scalar), and a backslash makes the one
/// behind it stand for itself; case matters.
struct TextPattern: Hashable {
    private enum Part: Hashable {
        case scalar(Unicode.Scalar)
        case one
        case any
    }

    private var parts: [Part] = []

    /// Reads a pattern; every text is one.
    init(_ text: String) {
        var scalars = text.unicodeScalars[...]
        while let scalar = scalars.popFirst() {
            switch scalar {
            case "%": if parts.last != .any { parts.append(.any) }
            case "_": parts.append(.one)
            case "\\": parts.append(.scalar(scalars.popFirst() ?? scalar))
            default: parts.append(.scalar(scalar))
            }
        }
    }

    /// How many scalars are compared in a step.
    private static let scalarsPerStep = 64

    /// Whether the whole of a text fits; throws where that takes more than may be spent.
    func matches(_ text: String, _ budget: RuleBudget) throws(RuleFailure) -> Bool {
        let scalars = text.unicodeScalars
        var place = scalars.startIndex
        var part = 0
        // Behind the last `%`, and where the text is tried from there: earlier ones need no second try.
        var again: (part: Int, place: String.UnicodeScalarView.Index)?
        var tries = 0
        while place < scalars.endIndex {
            tries += 1
            if tries % Self.scalarsPerStep == 0 { try budget.spend() }
            if part < parts.count, parts[part] == .any {
                part += 1
                again = (part, place)
            } else if part < parts.count, parts[part] == .one || parts[part] == .scalar(scalars[place]) {
                part += 1
                place = scalars.index(after: place)
            } else if let last = again {
                place = scalars.index(after: last.place)
                part = last.part
                again = (last.part, place)
            } else {
                return false
            }
        }
        return parts[part...].allSatisfy { $0 == .any }
    }
}
