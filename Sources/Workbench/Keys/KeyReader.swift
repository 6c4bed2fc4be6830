package import Terminal

/// Puts counts and keys together until they name a command.
package struct KeyReader: Hashable, Sendable {
    /// The number typed before a command; nil where there is none.
    package private(set) var count: Int?
    /// The keys so far of a command that has more than one.
    package private(set) var pending: [Key] = []

    /// Larger counts mean this one.
    package static let largestCount = 1_000_000_000_000

    package init() {}

    /// What a key led to.
    enum Outcome: Equatable {
        /// A command, with the count before it and the letter behind it.
        case command(Command.ID, count: Int?, letter: Character?)
        /// More keys are needed.
        case more
        /// No command here begins with these keys.
        case unknown([Key])
        /// A count or a beginning was taken back.
        case cancelled
    }

    /// Whether something was typed that waits for more.
    package var isEmpty: Bool { count == nil && pending.isEmpty }

    /// Takes a key, in some context.
    mutating func read(_ key: Key, in context: Command.Context) -> Outcome {
        if !isEmpty, key == .escape {
            self = KeyReader()
            return .cancelled
        }
        if pending.isEmpty, context.hasCounts, let digit = key.insertedCharacter?.wholeNumberValue,
            key.insertedCharacter?.isASCII == true
        {
            count = min(Self.largestCount, (count ?? 0) * 10 + digit)
            return .more
        }
        let keys = pending + [key]
        for binding in CommandTable.bindings(in: context) {
            let sequence = binding.sequence
            if sequence.takesLetter, keys.count == sequence.keys.count + 1, keys.starts(with: sequence.keys),
                let letter = key.insertedCharacter, letter.isLetter, letter.isASCII
            {
                return finish(binding.command, letter: letter)
            }
            if !sequence.takesLetter, sequence.keys == keys { return finish(binding.command, letter: nil) }
        }
        let isBeginning = CommandTable.bindings(in: context).contains { binding in
            let needed = binding.sequence.keys.count + (binding.sequence.takesLetter ? 1 : 0)
            return needed > keys.count && binding.sequence.keys.starts(with: keys)
        }
        if isBeginning {
            pending = keys
            return .more
        }
        self = KeyReader()
        return .unknown(keys)
    }

    private mutating func finish(_ command: Command.ID, letter: Character?) -> Outcome {
        let count = count
        self = KeyReader()
        return .command(command, count: count, letter: letter)
    }
}
