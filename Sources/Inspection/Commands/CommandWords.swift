/// A line of `name key=value …` cut into its words.
///
/// Words stand between white space; `"…"` and `'…'` hold white space together, and in them a backslash takes the next
/// scalar as it is (`\n` and `\t` are a line feed and a tab).
struct CommandWords {
    struct Word {
        /// Where it begins and ends in the line, in scalars from 0, the end not included.
        var range: Range<Int>
        /// What stands before the first `=` outside of quotes; nil where there is none, or nothing before it.
        var key: String?
        /// The value, or the whole word where there is no key, without quotes and escapes.
        var value: String
        /// Where the value begins.
        var valueStart: Int
        /// Whether any part of the value stood in quotes.
        var isQuoted: Bool
        /// Where the quote begins that is not closed.
        var openQuote: Int?
    }

    private(set) var words: [Word] = []

    init(_ text: String) {
        let scalars = Array(text.unicodeScalars)
        var index = 0
        while index < scalars.count {
            if scalars[index].properties.isWhitespace {
                index += 1
            } else {
                words.append(Self.word(scalars, &index))
            }
        }
    }

    private static func word(_ scalars: [Unicode.Scalar], _ index: inout Int) -> Word {
        var word = Word(
            range: index..<index, key: nil, value: "", valueStart: index, isQuoted: false, openQuote: nil)
        let start = index
        while index < scalars.count, !scalars[index].properties.isWhitespace {
            let scalar = scalars[index]
            index += 1
            switch scalar {
            case "\"", "'":
                word.isQuoted = true
                let open = index - 1
                if !quoted(scalars, &index, until: scalar, into: &word.value) { word.openQuote = open }
            case "=" where word.key == nil && !word.isQuoted && !word.value.isEmpty:
                word.key = word.value
                word.value = ""
                word.valueStart = index
            default: word.value.unicodeScalars.append(scalar)
            }
        }
        word.range = start..<index
        return word
    }

    /// Reads behind an opening quote, and answers whether it is closed.
    private static func quoted(
        _ scalars: [Unicode.Scalar], _ index: inout Int, until quote: Unicode.Scalar, into value: inout String
    ) -> Bool {
        while index < scalars.count {
            let scalar = scalars[index]
            index += 1
            if scalar == quote { return true }
            guard scalar == "\\", index < scalars.count else {
                value.unicodeScalars.append(scalar)
                continue
            }
            let escaped = scalars[index]
            index += 1
            switch escaped {
            case "n": value.unicodeScalars.append("\n")
            case "t": value.unicodeScalars.append("\t")
            default: value.unicodeScalars.append(escaped)
            }
        }
        return false
    }
}
