package import Terminal

/// The keys that call a command, one after another; the last may be any letter.
package struct KeySequence: Hashable, Sendable, CustomStringConvertible {
    package let keys: [Key]
    /// Whether a letter of one's own choice follows, as in `m` letter.
    package let takesLetter: Bool
    /// As a person writes it.
    package let description: String

    /// Reads `j`, `^D`, `]s`, `gg`, `Alt-1`; a letter may be asked for behind it.
    package init(_ notation: String, thenLetter: Bool = false) {
        keys = Key.sequence(notation: notation)
        takesLetter = thenLetter
        description = thenLetter ? notation + " letter" : notation
    }

    /// Whether pressing this is also the beginning of pressing the other, so that one of them could never be reached.
    package func isBeginning(of other: KeySequence) -> Bool {
        if keys.count < other.keys.count, !takesLetter { return Array(other.keys.prefix(keys.count)) == keys }
        if takesLetter, other.keys.count > keys.count { return Array(other.keys.prefix(keys.count)) == keys }
        if other.takesLetter, !takesLetter, keys == other.keys { return true }
        return keys == other.keys && takesLetter == other.takesLetter
    }
}
