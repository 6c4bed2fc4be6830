import Terminal

/// The lines of `?`: everything that can be done here, from the table.
enum HelpLines {
    struct Line {
        var keys: DisplayText
        var name: DisplayText
        var help: DisplayText
        /// Why it can't be done now; nil where it can.
        var whyNot: DisplayText?
        var isHeading = false
    }

    /// The commands of one part of the screen, under their headings.
    static func lines(for context: Command.Context, model: Model) -> [Line] {
        var lines: [Line] = []
        for group in Command.Group.allCases {
            let commands = CommandTable.all.filter { $0.group == group && $0.contexts.contains(context) }
            if commands.isEmpty { continue }
            if !lines.isEmpty { lines.append(Line(keys: "", name: "", help: "")) }
            lines.append(Line(keys: "", name: DisplayText(group.rawValue), help: "", isHeading: true))
            for command in commands {
                let argument = command.argument.isEmpty ? "" : " " + command.argument
                lines.append(
                    Line(
                        keys: DisplayText(command.keys.map(\.description).joined(separator: " ")),
                        name: DisplayText(":" + command.name + argument), help: DisplayText(command.help),
                        whyNot: command.whyNot(model)))
            }
        }
        return lines
    }
}
