import Foundation

/// The string literals of the store's sources, as they stand there.
///
/// It knows as much of the language as that takes: comments, literals of one line and of many, and what is put into them.
struct SourceLiterals {
    struct Literal {
        /// The file's name.
        var file: String
        var line: Int
        /// The text between what is put into it, with single spaces; one part where nothing is.
        var parts: [String]

        /// Whether a text could come of it; or of a longer one that it begins, where it ends with what is put into it.
        func couldBe(_ text: String) -> Bool {
            guard let first = parts.first, let last = parts.last, parts.count > 1 else { return [text] == parts }
            guard text.hasPrefix(first), text.hasSuffix(last), first.count + last.count <= text.count else {
                return false
            }
            var rest = text.dropFirst(first.count).dropLast(last.count)
            for part in parts.dropFirst().dropLast() where !part.isEmpty {
                guard let found = rest.range(of: part) else { return false }
                rest = rest[found.upperBound...]
            }
            return true
        }
    }

    /// All of them, by the names of their files.
    static func all() throws -> [Literal] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Sources/SQLiteStorage")
        let names = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        return try names.filter { $0.hasSuffix(".swift") }.sorted().flatMap { name in
            var scanner = SourceLiterals(
                file: name, text: Array(try String(contentsOfFile: "\(folder.path)/\(name)", encoding: .utf8)))
            return scanner.scan()
        }
    }

    private let file: String
    private let text: [Character]
    private var place = 0
    private var line = 1
    private var found: [Literal] = []

    private init(file: String, text: [Character]) {
        self.file = file
        self.text = text
    }

    private func isNext(_ expected: String) -> Bool {
        place + expected.count <= text.count && text[place..<place + expected.count].elementsEqual(expected)
    }

    private mutating func advance(_ count: Int = 1) {
        for _ in 0..<count {
            if text[place] == "\n" { line += 1 }
            place += 1
        }
    }

    private mutating func scan() -> [Literal] {
        while place < text.count { step() }
        return found
    }

    /// Goes over one thing: a comment, a literal, or a character.
    private mutating func step() {
        if isNext("//") {
            while place < text.count, text[place] != "\n" { advance() }
        } else if isNext("\"\"\"") {
            literal(until: "\"\"\"")
        } else if isNext("\"") {
            literal(until: "\"")
        } else {
            advance()
        }
    }

    private mutating func literal(until end: String) {
        let start = line
        var parts = [""]
        advance(end.count)
        while place < text.count, !isNext(end) {
            if isNext("\\(") {
                parts.append("")
                insertion()
            } else if isNext("\\") {
                parts[parts.count - 1] += String(text[place...min(place + 1, text.count - 1)])
                advance(2)
            } else {
                parts[parts.count - 1].append(text[place])
                advance()
            }
        }
        if place < text.count { advance(end.count) }
        parts = parts.map(StatementText.spaced)
        parts[0] = String(parts[0].drop { $0 == " " })
        if parts[parts.count - 1].last == " " { parts[parts.count - 1].removeLast() }
        found.append(Literal(file: file, line: start, parts: parts))
    }

    /// What is put in may have literals and parentheses of its own.
    private mutating func insertion() {
        advance(2)
        var depth = 1
        while place < text.count, depth > 0 {
            if text[place] == "(" { depth += 1 }
            if text[place] == ")" { depth -= 1 }
            if depth > 0, text[place] == "\"" { step() } else { advance() }
        }
    }
}

/// Statements as they are compared.
enum StatementText {
    /// A text in which any white space is a single space.
    static func spaced(_ text: String) -> String {
        var result = ""
        for character in text {
            let isSpace = character.isWhitespace
            if isSpace, result.last == " " { continue }
            result.append(isSpace ? " " : character)
        }
        return result
    }

    /// A statement on one line, without the numbers that come from the rows of a file.
    static func plain(_ sql: String) -> String {
        let text = spaced(sql).trimmingCharacters(in: .whitespaces)
        if let marks = text.range(of: "INTO import_marks VALUES (1, ") {
            let values = text[marks.upperBound...].split(separator: ",").map { _ in "…" }
            return text[..<marks.upperBound] + values.joined(separator: ", ") + ")"
        }
        // A key that was read from the row before it.
        for key in [
            "events WHERE position", "snapshots WHERE snapshot", "events WHERE stream = ?1 AND sequence_number",
        ] {
            if let end = text.range(of: "\(key) = "), text[end.upperBound...].allSatisfy(\.isNumber) {
                return text[..<end.upperBound] + "…"
            }
        }
        return text
    }
}
