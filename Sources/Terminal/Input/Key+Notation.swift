/// Keys as text, for key tables, help and scripts: `x`, `^D`, `Alt-1`, `S-Tab`, `PgUp`, `Space`, `F2`, `^Up`.
extension Key {
    private static let names: [(name: String, code: Code)] = [
        ("Enter", .enter), ("Esc", .escape), ("Tab", .tab), ("Backspace", .backspace), ("Space", .character(" ")),
        ("Up", .up), ("Down", .down), ("Left", .left), ("Right", .right), ("Home", .home), ("End", .end),
        ("PgUp", .pageUp), ("PgDn", .pageDown), ("Del", .delete), ("Ins", .insert),
    ]

    /// The key that this text names; nothing when it names none.
    package init?(notation: String) {
        var rest = notation[...]
        var modifiers: Modifiers = []
        while rest.count > 1 {
            if rest.hasPrefix("Alt-"), rest.count > 4 {
                modifiers.insert(.alt)
                rest = rest.dropFirst(4)
            } else if rest.hasPrefix("S-"), rest.count > 2 {
                modifiers.insert(.shift)
                rest = rest.dropFirst(2)
            } else if rest.hasPrefix("^") {
                modifiers.insert(.control)
                rest = rest.dropFirst()
            } else {
                break
            }
        }
        if let named = Key.names.first(where: { $0.name == rest }) {
            self.init(named.code, modifiers)
        } else if rest.first == "F", let number = Int(rest.dropFirst()), (1...63).contains(number) {
            self.init(.function(number), modifiers)
        } else if rest.count == 1, let character = rest.first, !modifiers.contains(.shift) {
            let lower = modifiers.contains(.control) ? character.lowercased().first ?? character : character
            self.init(.character(lower), modifiers)
        } else {
            return nil
        }
    }

    /// The keys that a text names one after another: words are keys (`Tab`, `^D`), everything else is typed (`]s`, `42G`).
    package static func sequence(notation: String) -> [Key] {
        notation.split(separator: " ").flatMap { word -> [Key] in
            if let key = Key(notation: String(word)) { return [key] }
            return word.map { .character($0) }
        }
    }
}

extension Key: CustomStringConvertible {
    package var description: String {
        var prefix = ""
        if modifiers.contains(.alt) { prefix += "Alt-" }
        if modifiers.contains(.shift) { prefix += "S-" }
        if modifiers.contains(.control) { prefix += "^" }
        if let named = Key.names.first(where: { $0.code == code }) { return prefix + named.name }
        return switch code {
        case .function(let number): prefix + "F\(number)"
        case .character(let character) where modifiers.contains(.control): prefix + character.uppercased()
        case .character(let character): prefix + String(character)
        default: prefix
        }
    }
}
