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

    /// A row of the overlay: sentences that do not fit go on in the next.
    struct Row {
        var keys: DisplayText = ""
        var name: DisplayText = ""
        var text: DisplayText = ""
        /// Where `text` begins.
        var column = 19
        /// Whether it can be done now.
        var isPossible = true
        var isHeading = false
    }

    /// The lines of one part of the screen as rows of so many columns.
    static func rows(for context: Command.Context, model: Model, columns: Int) -> [Row] {
        let nameWidth = columns >= 100 ? 34 : 0
        var rows: [Row] = []
        for line in lines(for: context, model: model) {
            if line.isHeading {
                rows.append(Row(name: line.name, isHeading: true))
                continue
            }
            var help = line.help
            // What has no keys is called by its name, so that is never left out.
            if line.keys.isEmpty, nameWidth == 0, !line.name.isEmpty { help = line.name + "  " + help }
            if let whyNot = line.whyNot { help += " (" + whyNot + ")" }
            let column = 19 + nameWidth
            for (index, part) in wrapped(help, columns: max(10, columns - column - 1)).enumerated() {
                rows.append(
                    Row(
                        keys: index == 0 ? line.keys : "",
                        name: index == 0 && nameWidth > 0 ? line.name.clipped(to: nameWidth - 1) : "", text: part,
                        column: column, isPossible: line.whyNot == nil))
            }
        }
        return rows
    }

    /// A sentence in lines of at most so many columns, broken between words; at least one.
    static func wrapped(_ text: DisplayText, columns: Int) -> [DisplayText] {
        guard text.width > columns else { return [text] }
        var lines: [DisplayText] = []
        var line: DisplayText = ""
        for word in text.plainString.split(separator: " ") {
            let word = DisplayText(String(word))
            if !line.isEmpty, line.width + 1 + word.width > columns {
                lines.append(line)
                line = word
            } else {
                line = line.isEmpty ? word : line + " " + word
            }
        }
        return lines + [line]
    }
}
