import Terminal

/// `playhead completions`: the script by which a shell completes the program's command lines.
enum CompletionsCommand {
    static let description = Subcommand(
        name: "completions", summary: "Print what completes this program's command lines in a shell.",
        operands: [.init(name: names.joined(separator: "|"), value: .words(names))], options: [],
        notes: [
            "For bash: source <(playhead completions bash), in ~/.bashrc.",
            "For zsh: playhead completions zsh > _playhead, in a folder of fpath; or source it after compinit.",
            "For fish: playhead completions fish > ~/.config/fish/completions/playhead.fish.",
        ],
        example: "completions bash", run: run)

    private static let names = Shell.allCases.map(\.rawValue)

    @Sendable static func run(_ program: Program, _ invocation: Invocation) throws -> ExitCode {
        let name = invocation.operands[0]
        guard let shell = Shell(rawValue: name) else {
            let all = names.dropLast().joined(separator: ", ") + " and " + (names.last ?? "")
            throw UsageError("There are no completions for '\(name)'; there are those for \(all).")
        }
        program.data.writeRaw(shell.completions(for: program.name))
        return .fine
    }
}
