/// Why a text is not JSON, and where.
///
/// The description is a sentence that names the place and what would have been right. It never quotes the text itself.
public struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was wrong at the place.
    public enum Problem: Hashable, Sendable {
        /// Something else had to stand here, as in `',' or '}'`.
        case expected(String)
        /// The text ended where something had to follow.
        case ended(expected: String)
        /// Arrays and objects are nested deeper than the reader was told to go.
        case tooDeep(limit: Int)
        /// The text is longer than the reader was told to take, in bytes.
        case tooLong(limit: Int)
    }

    /// What was wrong.
    public let problem: Problem
    /// The byte, from 0, at which reading stopped.
    public let offset: Int
    /// The line of that byte, from 1; lines end with a line feed.
    public let line: Int
    /// The column of that byte in its line, from 1, counted in Unicode scalars.
    public let column: Int

    /// Says what is wrong, where, and what would be right.
    public var description: String {
        switch problem {
        case .expected(let what):
            "expected \(what) at byte \(offset) (line \(line), column \(column))"
        case .ended(let what):
            "the text ends at byte \(offset) (line \(line), column \(column)), where \(what) was expected"
        case .tooDeep(let limit):
            "nested deeper than \(limit) levels at byte \(offset) (line \(line), column \(column))"
        case .tooLong(let limit):
            "longer than the limit of \(limit) bytes"
        }
    }

    init(_ problem: Problem, at offset: Int, in bytes: UnsafeBufferPointer<UInt8>) {
        self.problem = problem
        self.offset = offset
        var line = 1
        var column = 1
        for byte in bytes.prefix(offset) {
            if byte == 0x0A {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
        self.line = line
        self.column = column
    }
}
