/// The completions for zsh: a file for `fpath`, which can be sourced as well.
struct ZshCompletions {
    let program: String

    private var function: String { Shell.functionName(of: program) }
    private var commands: String { function + "_commands" }
    private var first: String { function + "_first" }

    var text: String { lines.joined(separator: "\n") + "\n" }

    private var lines: [String] {
        ["#compdef \(program)", Shell.zsh.heading] + naming + ["\(function)() {"] + choosing
            + specifications(of: Subcommands.workbench, firstAction: first).indented(4)
            + [
                "}", "if [[ ${funcstack[1]} == \(function) ]]; then", "    \(function) \"$@\"", "else",
                "    compdef \(function) \(Shell.quoted(program))", "fi",
            ]
    }

    /// The sub-commands with what they do, and what a first word may be.
    private var naming: [String] {
        ["\(commands)() {", "    local -a commands", "    commands=("]
            + Subcommands.all.map { "        " + Shell.quoted("\($0.name):\($0.summary)") }
            + [
                "    )", "    _describe -t commands command commands", "}", "\(first)() {",
                "    _alternative \(Shell.quoted("commands:command:\(commands)")) \(Shell.quoted("files:file:_files"))",
                "}",
            ]
    }

    /// A line of a sub-command is completed as if its name were the program's.
    private var choosing: [String] {
        var lines = ["    if (( CURRENT > 2 )); then", "        case ${words[2]} in"]
        for subcommand in Subcommands.all {
            lines += ["        \(subcommand.name))", "            shift words", "            (( CURRENT-- ))"]
            lines += specifications(of: subcommand, firstAction: nil).indented(12)
            lines += ["            return", "            ;;"]
        }
        return lines + ["        esac", "    fi"]
    }

    /// One call of `_arguments`.
    private func specifications(of subcommand: Subcommand, firstAction: String?) -> [String] {
        var words = subcommand.allOptions.flatMap(specifications)
        for (index, operand) in subcommand.operands.enumerated() {
            let action = index == 0 ? firstAction : nil
            words.append(
                "\(index + 1)\(operand.isOptional ? "::" : ":")\(Self.escaped(operand.name)):"
                    + (action ?? self.action(for: operand.value)))
        }
        let last = words.indices.last
        return ["_arguments -S : \\"]
            + words.indices.map { "    " + Shell.quoted(words[$0]) + ($0 == last ? "" : " \\") }
    }

    private func specifications(of option: Option) -> [String] {
        let isEnd = option == .help || option == .version
        let others = isEnd ? "(- *)" : option.isRepeatable ? "*" : "(\(option.spellings.joined(separator: " ")))"
        let value = option.value.map { ":\(Self.escaped($0)):\(action(for: option.expectedValue))" } ?? ""
        return option.spellings.map { spelling in
            let sign = !value.isEmpty && spelling.hasPrefix("--") ? "=" : ""
            return "\(others)\(spelling)\(sign)[\(Self.escaped(option.summary, inExplanation: true))]\(value)"
        }
    }

    private func action(for value: ExpectedValue) -> String {
        switch value {
        case .file: "_files"
        case .command: commands
        case .words(let words): "(\(words.joined(separator: " ")))"
        // One space says what is expected, and offers nothing.
        case .other: " "
        }
    }

    /// Text within a specification, where colons mean something, and in an explanation its bracket.
    private static func escaped(_ text: String, inExplanation: Bool = false) -> String {
        var escaped = ""
        for character in text {
            if character == ":" || inExplanation && character == "]" { escaped.append("\\") }
            escaped.append(character)
        }
        return escaped
    }
}

extension [String] {
    fileprivate func indented(_ columns: Int) -> [String] {
        map { String(repeating: " ", count: columns) + $0 }
    }
}
