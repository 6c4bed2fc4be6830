/// A key with its modifiers, as far as a terminal tells them.
package struct Key: Sendable, Hashable {
    package enum Code: Sendable, Hashable {
        /// What was typed; Shift is part of it.
        case character(Character)
        case enter, escape, tab, backspace
        case up, down, left, right
        case home, end, pageUp, pageDown, delete, insert
        /// F1 is `function(1)`.
        case function(Int)
    }

    package struct Modifiers: OptionSet, Sendable, Hashable {
        package let rawValue: UInt8

        package init(rawValue: UInt8) {
            self.rawValue = rawValue
        }

        package static let alt = Modifiers(rawValue: 1 << 0)
        package static let control = Modifiers(rawValue: 1 << 1)
        /// Only with named keys.
        package static let shift = Modifiers(rawValue: 1 << 2)
    }

    package let code: Code
    package let modifiers: Modifiers

    package init(_ code: Code, _ modifiers: Modifiers = []) {
        self.code = code
        self.modifiers = modifiers
    }

    /// A typed character.
    package static func character(_ character: Character) -> Key { Key(.character(character)) }
    /// A letter with Control, in lower case.
    package static func control(_ character: Character) -> Key { Key(.character(character), .control) }
    /// A character with Alt.
    package static func alt(_ character: Character) -> Key { Key(.character(character), .alt) }

    package static let enter = Key(.enter)
    package static let escape = Key(.escape)
    package static let tab = Key(.tab)
    package static let backTab = Key(.tab, .shift)
    package static let backspace = Key(.backspace)
    package static let space = Key(.character(" "))
    package static let up = Key(.up)
    package static let down = Key(.down)
    package static let left = Key(.left)
    package static let right = Key(.right)
    package static let home = Key(.home)
    package static let end = Key(.end)
    package static let pageUp = Key(.pageUp)
    package static let pageDown = Key(.pageDown)
    package static let delete = Key(.delete)
    package static let insert = Key(.insert)

    /// The character that text editing inserts; nothing for named keys and those with Control or Alt.
    package var insertedCharacter: Character? {
        guard modifiers.isEmpty, case .character(let character) = code else { return nil }
        return character
    }
}
