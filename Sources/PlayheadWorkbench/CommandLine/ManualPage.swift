/// The manual page of the whole program, all of it from the table of sub-commands, as `man` reads it.
struct ManualPage {
    let program: String

    var text: String {
        let lines = title + synopsis + workbench + commands + rest
        return lines.joined(separator: "\n") + "\n"
    }

    private var title: [String] {
        [
            ".TH \(Self.word(program.uppercased())) 1 \"\" \(Self.word("\(program) \(Program.version)"))"
                + " \"User Commands\"",
            // No word is cut, and lines end where they end: names are to be copied.
            ".nh", ".ad l",
            ".SH NAME", "\(Self.escaped(program)) \\- \(Self.escaped(HelpText.purpose))",
        ]
    }

    private var synopsis: [String] {
        var lines = [".SH SYNOPSIS"]
        for subcommand in [Subcommands.workbench] + Subcommands.all {
            if lines.count > 1 { lines.append(".br") }
            lines.append(usage(of: subcommand))
        }
        return lines
    }

    private var workbench: [String] {
        let workbench = Subcommands.workbench
        return [".SH DESCRIPTION"] + sentences([workbench.summary] + workbench.notes + [HelpText.streams])
            + [".SH OPTIONS", Self.escaped("The workbench has these, and every command has the last two.")]
            + options(workbench.allOptions)
    }

    private var commands: [String] {
        [".SH COMMANDS"]
            + Subcommands.all.flatMap { subcommand in
                var lines = [".SS \(Self.word(subcommand.usage))"]
                lines += sentences([subcommand.summary] + subcommand.notes) + options(subcommand.options)
                if !subcommand.fields.isEmpty {
                    lines += [".PP", Self.escaped("The objects of --json:")]
                    for field in subcommand.fields {
                        lines += [".TP", "\\fB\(Self.escaped(field.key))\\fR", Self.line(field.meaning)]
                    }
                }
                return lines
            }
    }

    private var rest: [String] {
        var lines = [".SH ADDRESSES"] + sentences([HelpText.addresses]) + [".SH EXIT STATUS"]
        for code in ExitCode.allCases { lines += [".TP", "\\fB\(code.rawValue)\\fR", Self.line(code.meaning)] }
        lines += [".SH EXAMPLES", ".nf"]
        for subcommand in [Subcommands.workbench] + Subcommands.all {
            lines.append(Self.line("\(program) \(subcommand.example)"))
        }
        return lines + [".fi"]
    }

    private func usage(of subcommand: Subcommand) -> String {
        let name = subcommand.name.isEmpty ? "" : " \(subcommand.name)"
        let behind = subcommand.usage.dropFirst(subcommand.name.count).drop { $0 == " " }
        return "\\fB\(Self.escaped(program + name))\\fR" + (behind.isEmpty ? "" : " \(Self.escaped(String(behind)))")
    }

    private func sentences(_ sentences: [String]) -> [String] { sentences.map(Self.line) }

    private func options(_ options: [Option]) -> [String] {
        options.flatMap { option in
            let names = option.spellings.map { "\\fB\(Self.escaped($0))\\fR" }.joined(separator: ", ")
            let value = option.value.map { " \\fI\(Self.escaped($0))\\fR" } ?? ""
            return [".TP", names + value, Self.line(option.summary)]
        }
    }

    // MARK: Roff

    /// A line of text; one that begins with a dot or a quote would be a request.
    private static func line(_ text: String) -> String {
        (text.hasPrefix(".") || text.hasPrefix("'") ? "\\&" : "") + escaped(text)
    }

    /// An argument of a request.
    private static func word(_ text: String) -> String { "\"\(escaped(text))\"" }

    /// Text as it stands: signs that roff reads, or prints as others, are written by their names.
    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\(rs"
            case "-": escaped += "\\-"
            case "'": escaped += "\\(aq"
            case "\"": escaped += "\\(dq"
            case "`": escaped += "\\(ga"
            case "^": escaped += "\\(ha"
            case "~": escaped += "\\(ti"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F: escaped += " "
            case _ where scalar.isASCII: escaped.unicodeScalars.append(scalar)
            default:
                let digits = String(scalar.value, radix: 16, uppercase: true)
                escaped += "\\[u\(String(repeating: "0", count: max(0, 4 - digits.count)))\(digits)]"
            }
        }
        return escaped
    }
}
