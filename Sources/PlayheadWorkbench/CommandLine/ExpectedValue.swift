/// What may stand at a place of a command line, as far as it is known before anything is opened.
enum ExpectedValue: Hashable, Sendable {
    /// A path, also one with a stream behind it.
    case file
    /// One of these words.
    case words([String])
    /// The name of a sub-command.
    case command
    /// What only the person knows.
    case other

    /// The words that a shell offers; nil where they are none that could be listed.
    var words: [String]? {
        switch self {
        case .words(let words): words
        case .command: Subcommands.all.map(\.name)
        case .file, .other: nil
        }
    }
}
