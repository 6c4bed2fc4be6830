import Terminal

/// Reads the words of a command line by the table of sub-commands.
struct ArgumentReader {
    let subcommands: [Subcommand]
    /// What a line without a sub-command's name calls.
    let workbench: Subcommand
    /// Whether there is something under a path.
    let exists: (String) -> Bool

    func read(_ words: [String]) throws -> Invocation {
        if let first = words.first, let subcommand = subcommands.first(where: { $0.name == first }) {
            return try read(words.dropFirst(), of: subcommand)
        }
        let invocation = try read(words[...], of: workbench, allowsMore: true)
        try checkStore(invocation.operands)
        return invocation
    }

    /// A word where a file is expected may be the name of a sub-command with a letter wrong.
    private func checkStore(_ operands: [String]) throws {
        guard let first = operands.first, !first.isEmpty else { return }
        let isWord = first.utf8.allSatisfy { (97...122).contains($0) || $0 == UInt8(ascii: "-") }
        if isWord, !exists(first) {
            throw UsageError(
                "'\(first)' is no command, and no file has that name; did you mean '\(nearestSubcommand(first))'?")
        }
        if let second = operands.dropFirst().first {
            throw UsageError(
                "'\(second)' is one argument too many: the workbench shows one store, as in \(workbench.usage).")
        }
    }

    /// The sub-command with a name; throws with the nearest one.
    func subcommand(_ name: String) throws -> Subcommand {
        if let subcommand = subcommands.first(where: { $0.name == name }) { return subcommand }
        throw UsageError("There is no command '\(name)'; did you mean '\(nearestSubcommand(name))'?")
    }

    private func nearestSubcommand(_ name: String) -> String {
        NearestName.of(name, among: subcommands.map(\.name))
    }

    private func read(
        _ words: ArraySlice<String>, of subcommand: Subcommand, allowsMore: Bool = false
    ) throws -> Invocation {
        var invocation = Invocation(subcommand: subcommand)
        var rest = words
        var takesOptions = true
        while let word = rest.popFirst() {
            if takesOptions, word == "--" {
                takesOptions = false
            } else if takesOptions, word.count > 1, word.hasPrefix("-") {
                try readOption(word, &rest, into: &invocation)
            } else {
                invocation.operands.append(word)
            }
        }
        if invocation.has(.help) || invocation.has(.version) { return invocation }
        let place = subcommand.name.isEmpty ? "" : "\(subcommand.name): "
        if let excess = invocation.operands.dropFirst(subcommand.operands.count).first, !allowsMore {
            throw UsageError("\(place)'\(excess)' is one argument too many; it is used as \(subcommand.usage).")
        }
        let required = subcommand.operands.prefix { !$0.isOptional }
        if invocation.operands.count < required.count {
            let missing = subcommand.operands[invocation.operands.count].name
            throw UsageError("\(place)\(missing) is missing; it is used as \(subcommand.usage).")
        }
        return invocation
    }

    private func readOption(
        _ word: String, _ rest: inout ArraySlice<String>, into invocation: inout Invocation
    ) throws {
        let known = invocation.subcommand.options + [.help, .version]
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts[0])
        let found = known.first { option in
            option.name == name || option.letter.map { "-\($0)" == name } ?? false
        }
        guard let option = found else { throw unknown(name, of: invocation.subcommand, known) }
        if invocation.has(option), !option.isRepeatable { throw UsageError("\(option.name) is given twice.") }
        guard let value = option.value else {
            if parts.count > 1 { throw UsageError("\(option.name) takes no value.") }
            invocation.options[option] = ""
            return
        }
        guard let text = parts.count > 1 ? String(parts[1]) : rest.popFirst() else {
            throw UsageError("\(option.name) needs a value: \(option.name) \(value).")
        }
        if option.isRepeatable {
            invocation.lists[option, default: []].append(text)
        } else {
            invocation.options[option] = text
        }
    }

    private func unknown(_ name: String, of subcommand: Subcommand, _ known: [Option]) -> UsageError {
        let taker = subcommand.name.isEmpty ? "The workbench" : "'\(subcommand.name)'"
        if let elsewhere = Option.allCases.first(where: { $0.name == name }), !known.contains(elsewhere) {
            let takers = subcommands.filter { $0.options.contains(elsewhere) }.map(\.name)
            if !takers.isEmpty {
                return UsageError(
                    "\(taker) has no option \(name); \(takers.joined(separator: ", ")) \(takers.count == 1 ? "has" : "have")."
                )
            }
        }
        // No name is near one letter, so help is.
        let nearest = name.count < 4 ? Option.help.name : NearestName.of(name, among: known.map(\.name))
        return UsageError("\(taker) has no option '\(name)'; did you mean \(nearest)?")
    }
}
