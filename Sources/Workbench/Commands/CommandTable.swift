/// The one table of commands.
package enum CommandTable {
    /// Every command, in the order in which `?` lists them.
    package static let all: [Command] = moving + jumping + asking + typing + panes + store

    /// A key sequence with the command it calls.
    package struct Binding: Sendable {
        package let sequence: KeySequence
        package let command: Command.ID
    }

    /// The keys that apply in a context.
    package static func bindings(in context: Command.Context) -> [Binding] { byContext[context] ?? [] }

    /// A command's row.
    package static func command(_ id: Command.ID) -> Command? { byID[id] }

    /// The command with this name after a colon.
    package static func command(named name: String) -> Command? {
        Command.ID(rawValue: name).flatMap { byID[$0] }
    }

    private static let byID = Dictionary(all.map { ($0.id, $0) }) { first, _ in first }

    private static let byContext: [Command.Context: [Binding]] = Dictionary(
        uniqueKeysWithValues: Command.Context.allCases.map { context in
            let bindings = all.filter { $0.contexts.contains(context) }.flatMap { command in
                command.keys.map { Binding(sequence: $0, command: command.id) }
            }
            return (context, bindings)
        })
}
