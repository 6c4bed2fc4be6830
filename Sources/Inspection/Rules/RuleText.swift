/// The text of a file of rules.
enum RuleText {
    /// The text of a file; throws for one that is too long or not UTF-8.
    ///
    /// - Parameters:
    ///   - bytes: the file.
    ///   - most: how many bytes such a file may have.
    ///   - kind: what such a file is called.
    static func text(
        of bytes: [UInt8], atMost most: Int, calledIn kind: String
    ) throws(RuleLine.Problem) -> String {
        guard bytes.count <= most else {
            throw RuleLine.Problem(
                line: 1, column: 1, message: "\(kind) has at most \(most) bytes, and this one has \(bytes.count)")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            let (line, column) = firstFault(in: bytes)
            throw RuleLine.Problem(line: line, column: column, message: "the text is not UTF-8")
        }
        return text
    }

    /// The lines of a text, one after the other, with their numbers from 1.
    static func lines(of text: String) -> some Sequence<RuleLine> {
        var rest = text[...]
        if rest.unicodeScalars.first == "\u{FEFF}" { rest.unicodeScalars.removeFirst() }
        return sequence(state: (rest: rest, number: 0)) { state -> RuleLine? in
            if state.rest.isEmpty { return nil }
            state.number += 1
            // By scalars: to Swift a carriage return and a line feed are one character.
            let scalars = state.rest.unicodeScalars
            let end = scalars.firstIndex(of: "\n") ?? scalars.endIndex
            var line = state.rest[..<end]
            if line.unicodeScalars.last == "\r" { line = line[..<line.unicodeScalars.index(before: line.endIndex)] }
            state.rest = end == scalars.endIndex ? state.rest[end...] : state.rest[scalars.index(after: end)...]
            return RuleLine(line, number: state.number)
        }
    }

    /// Where the first byte stands that is not UTF-8.
    private static func firstFault(in bytes: [UInt8]) -> (line: Int, column: Int) {
        var (line, column) = (1, 1)
        var decoder = UTF8()
        var iterator = bytes.makeIterator()
        while case .scalarValue(let scalar) = decoder.decode(&iterator) {
            if scalar == "\n" { (line, column) = (line + 1, 1) } else { column += 1 }
        }
        return (line, column)
    }
}
