/// The completions for fish: a line for each option, with the sub-commands that take it.
struct FishCompletions {
    let program: String

    private var function: String { "_" + Shell.functionName(of: program) }
    private var complete: String { "complete -c \(Self.quoted(program))" }
    /// What a line is called that has no sub-command; none has an empty name.
    private static let workbench = "''"

    var text: String { lines.joined(separator: "\n") + "\n" }

    private var lines: [String] {
        [Shell.fish.heading] + placing + ["", "\(complete) -f"]
            + Subcommands.all.map {
                "\(complete) -n '\(function)_begins' -a \($0.name) -d \(Self.quoted($0.summary))"
            }
            + Option.allCases.map(line) + operands
    }

    /// The functions that know where on the line the cursor stands.
    private var placing: [String] {
        let names = Subcommands.all.map(\.name).joined(separator: " ")
        let takers = Option.allCases.filter { $0.value != nil }.flatMap(\.spellings).joined(separator: " ")
        return """
            # Prints the sub-command, empty where there is none, and how many operands stand before the cursor.
            function \(function)_place
                set -l words (commandline -opc)
                set -e words[1]
                set -l command ''
                if set -q words[1]; and contains -- $words[1] \(names)
                    set command $words[1]
                    set -e words[1]
                end
                set -l count 0
                set -l is_value 0
                set -l only_operands 0
                for word in $words
                    if test $is_value = 1
                        set is_value 0
                    else if test $only_operands = 1; or not string match -qr -- '^-.' $word
                        set count (math $count + 1)
                    else if test $word = --
                        set only_operands 1
                    else if contains -- $word \(takers)
                        set is_value 1
                    end
                end
                echo $command
                echo $count
            end

            # Whether the cursor stands on the first word.
            function \(function)_begins
                test (count (commandline -opc)) = 1
            end

            # Whether the line has one of these sub-commands.
            function \(function)_has
                set -l place (\(function)_place)
                contains -- "$place[1]" $argv
            end

            # Whether an operand of a sub-command, with its number from 0, is expected.
            function \(function)_expects
                set -l place (\(function)_place)
                test "$place" = "$argv"
            end
            """.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    /// An option has one meaning, whichever sub-command takes it.
    private func line(for option: Option) -> String {
        let takers = (Subcommands.all + [Subcommands.workbench]).filter { $0.allOptions.contains(option) }
        var line = complete
        if takers.count <= Subcommands.all.count {
            let names = takers.map { $0.name.isEmpty ? Self.workbench : $0.name }
            line += " -n \"\(function)_has \(names.joined(separator: " "))\""
        }
        if let letter = option.letter { line += " -s \(letter)" }
        line += " -l \(option.rawValue)"
        if option.value != nil {
            line += option.expectedValue == .file ? " -r -F" : " -x"
            if let words = option.expectedValue.words { line += " -a \(Self.quoted(words.joined(separator: " ")))" }
        }
        return line + " -d \(Self.quoted(option.summary))"
    }

    private var operands: [String] {
        (Subcommands.all + [Subcommands.workbench]).flatMap { subcommand in
            let name = subcommand.name.isEmpty ? Self.workbench : subcommand.name
            return subcommand.operands.enumerated().compactMap { index, operand -> String? in
                let condition = "\(complete) -n \"\(function)_expects \(name) \(index)\""
                if let words = operand.value.words {
                    return "\(condition) -a \(Self.quoted(words.joined(separator: " ")))"
                }
                return operand.value == .file ? "\(condition) -F" : nil
            }
        }
    }

    /// A word of fish, whatever is in it.
    private static func quoted(_ text: String) -> String {
        "'" + text.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
    }
}
