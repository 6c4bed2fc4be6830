/// One thing that the program does without a screen, or the screen itself: all that parsing and help know of it.
struct Subcommand: Sendable {
    /// What is expected behind its name.
    struct Operand: Sendable {
        /// As it stands in help texts: `FILE#STREAM[@N]`.
        var name: String
        var isOptional = false
        var value = ExpectedValue.file

        var usage: String { isOptional ? "[\(name)]" : name }
    }

    /// A key of the objects that `--json` prints, and what it says.
    struct Field: Sendable {
        var key: String
        var meaning: String

        init(_ key: String, _ meaning: String) {
            self.key = key
            self.meaning = meaning
        }
    }

    /// The word that calls it; the workbench's is empty.
    var name: String
    /// One sentence on what it does.
    var summary: String
    var operands: [Operand]
    var options: [Option]
    /// More sentences for its own help.
    var notes: [String] = []
    /// What `--json` prints, in this order.
    var fields: [Field] = []
    /// A line that does something worth seeing.
    var example: String
    var run: @Sendable (Program, Invocation) throws -> ExitCode

    /// `streams FILE [options]`.
    var usage: String {
        ([name] + operands.map(\.usage) + (options.isEmpty ? [] : ["[options]"])).filter { !$0.isEmpty }
            .joined(separator: " ")
    }
}
