import Terminal

/// `playhead help`: how the program or one sub-command is used.
enum HelpCommand {
    static let description = Subcommand(
        name: "help", summary: "Say how the program, or one of its commands, is used.",
        operands: [.init(name: "COMMAND", isOptional: true, value: .command)], options: [.man],
        notes: ["The manual page is of the whole program: playhead help --man > playhead.1, and man -l playhead.1."],
        example: "help send", run: run)

    @Sendable static func run(_ program: Program, _ invocation: Invocation) throws -> ExitCode {
        let help = HelpText(program: program.name)
        guard let name = invocation.operands.first else {
            if invocation.has(.man) {
                program.data.writeRaw(ManualPage(program: program.name).text)
            } else {
                help.writeAll(to: program.data)
            }
            return .fine
        }
        if invocation.has(.man) {
            throw UsageError("help: the manual page is of the whole program; leave out '\(name)'.")
        }
        let reader = ArgumentReader(
            subcommands: Subcommands.all, workbench: Subcommands.workbench, exists: FilePresence.isThere)
        help.write(about: try reader.subcommand(name), to: program.data)
        return .fine
    }
}
