/// `playhead help`: how the program or one sub-command is used.
enum HelpCommand {
    static let description = Subcommand(
        name: "help", summary: "Say how the program, or one of its commands, is used.",
        operands: [.init(name: "COMMAND", isOptional: true)], options: [], example: "help send", run: run)

    @Sendable static func run(_ program: Program, _ invocation: Invocation) throws -> ExitCode {
        let help = HelpText(program: program.name)
        guard let name = invocation.operands.first else {
            help.writeAll(to: program.data)
            return .fine
        }
        let reader = ArgumentReader(
            subcommands: Subcommands.all, workbench: Subcommands.workbench, exists: FilePresence.isThere)
        help.write(about: try reader.subcommand(name), to: program.data)
        return .fine
    }
}
