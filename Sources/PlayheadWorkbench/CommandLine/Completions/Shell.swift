/// A shell that completes the program's command lines from a script of the program's own.
enum Shell: String, CaseIterable, Sendable {
    case bash
    case zsh
    case fish

    /// The script, all of it from the table of sub-commands.
    ///
    /// - Parameter program: What the program is called.
    func completions(for program: String) -> String {
        switch self {
        case .bash: BashCompletions(program: program).text
        case .zsh: ZshCompletions(program: program).text
        case .fish: FishCompletions(program: program).text
        }
    }

    /// The first line of a script for people.
    var heading: String { "# Completions for \(rawValue), from the table by which the program reads its command line." }

    /// A name that a shell's function may have, for a program of any name.
    static func functionName(of program: String) -> String {
        "_" + String(program.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
    }

    /// A word of bash and of zsh, whatever is in it.
    static func quoted(_ text: String) -> String {
        "'" + text.replacing("'", with: "'\\''") + "'"
    }
}

extension Subcommand {
    /// The options that a line with it may have, those that every line may have among them.
    var allOptions: [Option] { options + [.help, .version] }
}

extension Option {
    /// How it may be written on a line: `-o`, `--output`.
    var spellings: [String] { (letter.map { ["-\($0)"] } ?? []) + [name] }
}
