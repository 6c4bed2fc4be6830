import Terminal
import Testing

@testable import Workbench

@Suite("The table of commands")
struct CommandTableTests {
    @Test("no key is also the beginning of another", arguments: Command.Context.allCases)
    func beginnings(context: Command.Context) {
        let bindings = CommandTable.bindings(in: context)
        for (index, one) in bindings.enumerated() {
            for (otherIndex, other) in bindings.enumerated() where index != otherIndex {
                #expect(
                    !one.sequence.isBeginning(of: other.sequence),
                    "\(one.sequence) of \(one.command.rawValue) begins \(other.sequence) of \(other.command.rawValue)")
            }
        }
    }

    @Test("a key that is the beginning of another is found")
    func found() {
        #expect(KeySequence("g").isBeginning(of: "gg"))
        #expect(KeySequence("gg").isBeginning(of: "gg"))
        #expect(KeySequence("m").isBeginning(of: KeySequence("m", thenLetter: true)))
        #expect(!KeySequence("gg").isBeginning(of: "gs"))
        #expect(!KeySequence("]s").isBeginning(of: "]w"))
    }

    @Test("no digit is a key, because digits are counts")
    func digits() {
        for context in Command.Context.allCases where context.hasCounts {
            for binding in CommandTable.bindings(in: context) {
                let character = binding.sequence.keys.first?.insertedCharacter
                #expect(character?.isNumber != true, "\(binding.sequence)")
            }
        }
    }

    @Test("every command stands in the table exactly once", arguments: Command.ID.allCases)
    func once(id: Command.ID) {
        #expect(CommandTable.all.count { $0.id == id } == 1)
        #expect(CommandTable.command(named: id.rawValue)?.id == id)
    }

    @Test("every command says what it does in a sentence, and can be called")
    func sentences() {
        for command in CommandTable.all {
            #expect(command.help.hasSuffix("."), "\(command.name)")
            #expect(command.help.first?.isUppercase == true, "\(command.name)")
            #expect(!command.keys.isEmpty || CommandNames.all.contains { $0.id == command.id }, "\(command.name)")
            #expect(!command.contexts.isEmpty, "\(command.name)")
        }
    }

    @Test("every key of a command is one that a terminal can send")
    func notation() {
        for command in CommandTable.all {
            for sequence in command.keys { #expect(!sequence.keys.isEmpty, "\(command.name): \(sequence)") }
        }
    }

    @Test("a hint begins with a key of its command")
    func hints() {
        for command in CommandTable.all {
            guard let hint = command.hint else { continue }
            #expect(
                command.keys.contains { hint.keys.hasPrefix($0.description) }, "\(command.name): \(hint.keys)")
        }
    }
}
