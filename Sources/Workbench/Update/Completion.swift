import Inspection

/// How a word that was begun may go on.
struct Completion: Equatable {
    /// What to insert at the cursor.
    var addition = ""
    /// Everything that fits.
    var candidates: [String] = []

    /// Completes a command of the workbench.
    init(commandLine editor: LineEditor) {
        let word = String(editor.characters[..<editor.cursor])
        guard !word.contains(" ") else { return }
        let names = CommandTable.all.filter { !$0.contexts.isDisjoint(with: Command.Context.browsing) }.map {
            ($0.name, $0.argument.isEmpty ? "" : " ")
        }
        take(names, beginningWith: word)
    }

    /// Completes a command of the domain: its name, an argument's name, or one of an argument's choices.
    init(prompt editor: LineEditor, commands: [CommandDescription]) {
        let words = String(editor.characters[..<editor.cursor]).split(
            separator: " ", omittingEmptySubsequences: false
        ).map(String.init)
        guard let word = words.last else { return }
        guard words.count > 1 else {
            take(commands.map { ($0.name, $0.parameters.isEmpty ? "" : " ") }, beginningWith: word)
            return
        }
        guard let command = commands.first(where: { $0.name == words[0] }) else { return }
        if let equals = word.firstIndex(of: "=") {
            let name = word[..<equals]
            guard let parameter = command.parameters.first(where: { $0.name == name }) else { return }
            take(parameter.kind.choices.map { ($0, " ") }, beginningWith: String(word[word.index(after: equals)...]))
            return
        }
        let given = Set(words.dropFirst().dropLast().compactMap { $0.split(separator: "=").first.map(String.init) })
        let open = command.parameters.filter { !given.contains($0.name) }
        take(open.map { ($0.name, "=") }, beginningWith: word)
    }

    private mutating func take(_ all: [(name: String, end: String)], beginningWith word: String) {
        let fitting = all.filter { $0.name.hasPrefix(word) }
        candidates = fitting.map(\.name)
        if fitting.count == 1 {
            addition = String(fitting[0].name.dropFirst(word.count)) + fitting[0].end
        } else if let first = fitting.first {
            let common = fitting.dropFirst().reduce(first.name) { $0.commonPrefix(with: $1.name) }
            addition = String(common.dropFirst(word.count))
        }
    }
}

extension ParameterDescription.Kind {
    /// The values that may stand there, where they can be listed.
    var choices: [String] {
        switch self {
        case .choice(let names): names
        case .boolean: ["true", "false"]
        case .text, .integer, .number: []
        }
    }
}

extension String {
    /// As many characters as both begin with.
    func commonPrefix(with other: String) -> String {
        String(zip(self, other).prefix { $0 == $1 }.map(\.0))
    }
}
