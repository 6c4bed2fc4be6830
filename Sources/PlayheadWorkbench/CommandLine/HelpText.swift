import Terminal

/// Help as text, all of it from the table of sub-commands.
struct HelpText {
    let program: String

    /// What the program is for, as a part of a sentence.
    static let purpose = "a workbench for event sourcing"
    /// How a place in a store is written.
    static let addresses =
        "An address is FILE, FILE#STREAM or FILE#STREAM@N, as in 'orders.db#Order|order-42@17'; in names %, #, @ and "
        + "spaces are written %25, %23, %40 and %20."
    /// What is printed where.
    static let streams = "Standard output is data, standard error is talk."

    private static let width = 100

    /// The whole program: every sub-command in a line.
    func writeAll(to output: PlainOutput) {
        let workbench = Subcommands.workbench
        line("\(program) \(Program.version): \(Self.purpose).", output)
        line("", output)
        line("  \(program) \(workbench.usage)", output)
        line("      \(workbench.summary)", output)
        options(of: workbench, output)
        line("", output)
        line("Without a screen:", output)
        let width = Subcommands.all.map(\.name.count).max() ?? 0
        for subcommand in Subcommands.all {
            let space = String(repeating: " ", count: width - subcommand.name.count)
            line("  \(subcommand.name)\(space)  \(subcommand.summary)", output)
        }
        line("", output)
        line("\(program) help COMMAND says more.", output)
        line("", output)
        line(Self.addresses, output)
        line("", output)
        let codes = ExitCode.allCases.map { "\($0.rawValue) \($0.meaning)" }.joined(separator: ", ")
        line("Exit codes: \(codes). \(Self.streams)", output)
    }

    /// One sub-command, or the workbench.
    func write(about subcommand: Subcommand, to output: PlainOutput) {
        if subcommand.name.isEmpty {
            writeAll(to: output)
            return
        }
        line("\(program) \(subcommand.usage)", output)
        line("", output)
        for sentence in [subcommand.summary] + subcommand.notes { line(sentence, output) }
        if !subcommand.options.isEmpty {
            line("", output)
            options(of: subcommand, output)
        }
        if !subcommand.fields.isEmpty {
            line("", output)
            line("The objects of --json:", output)
            let width = subcommand.fields.map(\.key.count).max() ?? 0
            for field in subcommand.fields {
                line(
                    "  \(field.key)\(String(repeating: " ", count: width - field.key.count))  \(field.meaning)", output)
            }
        }
        line("", output)
        line("For example: \(program) \(subcommand.example)", output)
    }

    private func options(of subcommand: Subcommand, _ output: PlainOutput) {
        let width = subcommand.options.map(\.usage.count).max() ?? 0
        for option in subcommand.options {
            let space = String(repeating: " ", count: width - option.usage.count)
            line("  \(option.usage)\(space)  \(option.summary)", output, indent: width + 4)
        }
    }

    /// Writes a line, and what does not fit into 100 columns under its second column or its beginning.
    private func line(_ text: String, _ output: PlainOutput, indent: Int = 0) {
        var rest = text[...]
        var margin = 0
        while rest.count > Self.width - margin {
            let part = rest.prefix(Self.width - margin)
            guard let space = part.lastIndex(of: " "), space > rest.startIndex else { break }
            write(String(repeating: " ", count: margin) + rest[..<space], output)
            rest = rest[rest.index(after: space)...]
            margin = indent
        }
        write(String(repeating: " ", count: margin) + rest, output)
    }

    private func write(_ text: String, _ output: PlainOutput) {
        output.writeLine(DisplayText(text))
    }
}
