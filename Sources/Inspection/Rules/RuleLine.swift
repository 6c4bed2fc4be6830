import EventSourcing

/// One line of a fold file or a machine file, or a condition that a person types, while it is read from left to right.
struct RuleLine {
    /// How deep values may be nested, and how many steps a path may have.
    static let deepest = 32

    let number: Int
    private let scalars: [Unicode.Scalar]
    /// The next scalar, from 0.
    var position = 0
    /// How deep the value that is being read is nested.
    private var depth = 0
    /// The values that were read of a state or an event so far, by their first names.
    var references: [Reference] = []

    /// Whether it is a condition that a person types, which has no comments, and more words and quotes than a file's.
    let isQuestion: Bool

    init(_ text: Substring, number: Int, isQuestion: Bool = false) {
        self.number = number
        self.isQuestion = isQuestion
        scalars = Array(text.unicodeScalars)
    }

    /// What is wrong, before the file's name is known.
    struct Problem: Error {
        var line: Int
        var column: Int
        var message: String
    }

    /// A value that stands somewhere in the line.
    struct Reference {
        var base: RuleExpression.Base
        /// The member of the state, the event or the element.
        var name: String
        /// Whether null stands for one that is not there.
        var isOptional: Bool
        /// Whether it is written without `state.` or `event.` before it.
        var isPlain: Bool
        var column: Int
    }

    /// Whether a plain name of a member begins at a column.
    func isPlain(at column: Int) -> Bool {
        let word = scalars[(column - 1)...].prefix { Self.isNamePart($0) }
        return !["state", "event"].contains(String(String.UnicodeScalarView(word)))
    }

    /// The column of the next scalar that is no space.
    var column: Int {
        mutating get {
            skipSpaces()
            return position + 1
        }
    }

    func problem(_ message: String, at column: Int) -> Problem {
        Problem(line: number, column: column, message: message)
    }

    /// What is wrong at the next scalar that is no space.
    mutating func expected(_ what: String) -> Problem {
        let column = column
        let found = isAtEnd ? "the line ends" : "there is \(found)"
        return problem("\(found) where \(what) was expected", at: column)
    }

    /// What stands here, as it is quoted in a sentence.
    private var found: String {
        let rest = scalars[position...]
        let word = rest.prefix { Self.isNamePart($0) }
        return CommandText.quoted(String(String.UnicodeScalarView(word.isEmpty ? rest.prefix(1) : word)))
    }

    // MARK: - Scalars

    private mutating func skipSpaces() {
        while position < scalars.count, scalars[position] == " " || scalars[position] == "\t" { position += 1 }
    }

    /// Whether nothing but spaces and a comment is left.
    var isAtEnd: Bool {
        mutating get {
            skipSpaces()
            return position == scalars.count || (scalars[position] == "#" && !isQuestion)
        }
    }

    /// Whether there is nothing but spaces and a comment.
    var isBlank: Bool {
        var copy = self
        return copy.isAtEnd
    }

    /// Whether the very next scalar is a space, or there is none.
    var isAtSpace: Bool { next.map { $0 == " " || $0 == "\t" } ?? true }

    private var next: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

    /// The next scalar that is no space, without taking it.
    mutating func peek() -> Unicode.Scalar? {
        skipSpaces()
        return next
    }

    /// Takes a sign if it comes next.
    mutating func take(_ sign: Unicode.Scalar) -> Bool {
        guard peek() == sign else { return false }
        position += 1
        return true
    }

    /// Takes a sign if it comes at once, without a space before it.
    mutating func takeAtOnce(_ sign: Unicode.Scalar) -> Bool {
        guard next == sign else { return false }
        position += 1
        return true
    }

    mutating func require(_ sign: Unicode.Scalar, or other: String = "") throws(Problem) {
        if !take(sign) { throw expected("'\(sign)'\(other)") }
    }

    mutating func requireEnd(_ what: String) throws(Problem) {
        if !isAtEnd { throw expected("the end of \(what)") }
    }

    static func isNamePart(_ scalar: Unicode.Scalar) -> Bool {
        isNameStart(scalar) || ("0"..."9").contains(scalar)
    }

    static func isNameStart(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "_" || scalar.properties.isAlphabetic
    }

    // MARK: - Words

    /// The name that comes next, nil where there is none; a `-` within it belongs to it, as in `cups-6`.
    mutating func takeName(allowsDigits: Bool = false) -> String? {
        guard let first = peek(), allowsDigits ? Self.isNamePart(first) : Self.isNameStart(first) else { return nil }
        var end = position + 1
        while end < scalars.count {
            let isHyphen = scalars[end] == "-" && end + 1 < scalars.count && Self.isNamePart(scalars[end + 1])
            guard Self.isNamePart(scalars[end]) || isHyphen else { break }
            end += 1
        }
        defer { position = end }
        return text(position..<end)
    }

    /// Takes a word if it comes next, whole.
    mutating func take(word: String) -> Bool {
        let start = position
        if takeName() == word { return true }
        position = start
        return false
    }

    /// The name of an entity type or an event type: in quotes, or up to a space or a comma.
    mutating func requireTypeName(_ what: String) throws(Problem) -> String {
        if peek() == "\"" { return try requireText() }
        var end = position
        while end < scalars.count, ![" ", "\t", ",", "#", "\""].contains(scalars[end]) { end += 1 }
        guard end > position else { throw expected(what) }
        defer { position = end }
        return text(position..<end)
    }

    /// An entity type: the first part of a stream's name.
    mutating func requireEntityType() throws(Problem) -> String {
        let place = column
        let name = try requireTypeName("the entity type, the part of a stream's name before '|'")
        if name.isEmpty || name.utf8.count > 255 || name.unicodeScalars.contains("|") {
            throw problem("an entity type has from 1 to 255 bytes and no '|'", at: place)
        }
        return name
    }

    /// A text in quotes, with JSON's escapes.
    mutating func requireText() throws(Problem) -> String {
        let start = column
        guard take("\"") else { throw expected("a text in quotes") }
        var end = position
        while end < scalars.count, scalars[end] != "\"" { end += scalars[end] == "\\" ? 2 : 1 }
        guard end < scalars.count else { throw problem("the text is not closed: '\"' is missing", at: start) }
        let quoted = text(start - 1..<end + 1)
        let document: JSONReader.Document
        do {
            document = try JSONReader().read(quoted)
        } catch {
            throw problem("the text is not written as in JSON: \(Self.reason(error))", at: start - 1 + error.column)
        }
        guard document.repaired == 0, let value = document.value.string else {
            throw problem("the text holds a control character or half of a \\u pair", at: start)
        }
        position = end + 1
        return value
    }

    /// A text in single quotes, as SQL has them: a quote within it stands twice.
    mutating func requireSingleQuoted() throws(Problem) -> String {
        let start = column
        guard take("'") else { throw expected("a text in quotes") }
        var text = String.UnicodeScalarView()
        while position < scalars.count {
            let scalar = scalars[position]
            position += 1
            if scalar != "'" {
                text.append(scalar)
            } else if takeAtOnce("'") {
                text.append(scalar)
            } else {
                return String(text)
            }
        }
        throw problem("the text is not closed: \"'\" is missing", at: start)
    }

    private static func reason(_ error: JSONError) -> String {
        switch error.problem {
        case .expected(let what), .ended(let what): "\(what) was expected"
        case .tooDeep, .tooLong: "it is too long"
        }
    }

    /// A number that begins with a digit.
    mutating func requireNumber() throws(Problem) -> JSONNumber {
        let start = column
        func isDigit(_ index: Int) -> Bool { index < scalars.count && ("0"..."9").contains(scalars[index]) }
        var end = position
        func skipDigits() { while isDigit(end) { end += 1 } }
        skipDigits()
        if end < scalars.count, scalars[end] == ".", isDigit(end + 1) {
            end += 1
            skipDigits()
        }
        if end < scalars.count, scalars[end] == "e" || scalars[end] == "E" {
            let signed = end + 1 < scalars.count && (scalars[end + 1] == "+" || scalars[end + 1] == "-")
            if isDigit(end + (signed ? 2 : 1)) {
                end += signed ? 2 : 1
                skipDigits()
            }
        }
        guard let number = JSONNumber(text(position..<end)),
            end == scalars.count || !Self.isNamePart(scalars[end])
        else { throw problem("this is no number as JSON writes them, such as 12 or 0.5", at: start) }
        position = end
        return number
    }

    private func text(_ range: Range<Int>) -> String {
        String(String.UnicodeScalarView(scalars[range]))
    }

    /// What stands from a column up to here, without the spaces around it.
    func written(from column: Int) -> String {
        let part = scalars[(column - 1)..<position]
        let isSpace: (Unicode.Scalar) -> Bool = { $0 == " " || $0 == "\t" }
        let trimmed = part.drop(while: isSpace).reversed().drop(while: isSpace).reversed()
        return String(String.UnicodeScalarView(trimmed))
    }

    /// Goes behind the parenthesis that closes the one which opens here; answers whether there is one.
    mutating func skipParentheses() -> Bool {
        var open = 0
        while position < scalars.count {
            switch scalars[position] {
            case "(": open += 1
            case ")": open -= 1
            case "\"":
                position += 1
                while position < scalars.count, scalars[position] != "\"" {
                    position += scalars[position] == "\\" ? 2 : 1
                }
                if position >= scalars.count { return false }
            case "'" where isQuestion:
                // One that stands twice closes a text and opens the next.
                position += 1
                while position < scalars.count, scalars[position] != "'" { position += 1 }
                if position >= scalars.count { return false }
            default: break
            }
            position += 1
            if open == 0 { return true }
        }
        return false
    }

    // MARK: - Depth

    /// Reads a part one level deeper.
    mutating func deeper<Result>(
        _ body: (inout RuleLine) throws(Problem) -> Result
    ) throws(Problem) -> Result {
        guard depth < Self.deepest else {
            throw problem("values are nested at most \(Self.deepest) deep", at: column)
        }
        depth += 1
        let result = try body(&self)
        depth -= 1
        return result
    }
}
