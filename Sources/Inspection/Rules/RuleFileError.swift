/// What is wrong with a fold file or a machine file, where, and what would be right.
public struct RuleFileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file, as it was named.
    public var file: String
    /// The line, from 1.
    public var line: Int
    /// The column in its line, from 1, counted in Unicode scalars.
    public var column: Int
    /// A sentence that says what was expected.
    public var message: String

    /// Describes what is wrong with a file.
    public init(file: String, line: Int, column: Int, message: String) {
        self.file = file
        self.line = line
        self.column = column
        self.message = message
    }

    /// The place as compilers write it, and the sentence: `orders.fold:12:9: …`.
    public var description: String { "\(file):\(line):\(column): \(message)" }
}
