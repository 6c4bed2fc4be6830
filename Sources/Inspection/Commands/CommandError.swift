/// What is wrong with a line that a person typed, and what would be right.
public struct CommandError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Where it is: from 1, counted in Unicode scalars.
    public var column: Int
    /// A sentence that says what was expected.
    public var message: String

    /// Describes what is wrong with a line.
    public init(column: Int, message: String) {
        self.column = column
        self.message = message
    }

    /// The sentence.
    public var description: String { message }
}
