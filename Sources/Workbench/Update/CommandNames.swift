/// The commands whose names may stand behind a colon.
enum CommandNames {
    static let all = CommandTable.all.filter { !$0.contexts.isDisjoint(with: Command.Context.browsing) }

    /// Those that a name means: the one that has it, else all that begin with it.
    static func meant(by name: String) -> [Command] {
        let exact = all.filter { $0.name == name }
        return exact.isEmpty ? all.filter { $0.name.hasPrefix(name) } : exact
    }
}

extension String {
    /// As many characters as both begin with.
    func commonBeginning(with other: String) -> String { String(zip(self, other).prefix { $0 == $1 }.map(\.0)) }
}
