/// Writes a value as people read it, with what is sensitive left out: `paid(Payment(amount: 5, card: {redacted}))`.
enum ValueText {
    /// The longest text, in characters.
    static let longest = 120
    private static let deepest = 8

    /// A case under its own name, with its values.
    static func of(_ value: some MachineCases) -> String {
        let name = value.name.rawValue
        let mirror = Mirror(reflecting: value)
        switch mirror.displayStyle {
        case .enum: return shortened(mirror.children.first.map { name + inParentheses($0.value, 1) } ?? name)
        case .struct, .class: return shortened("\(name)(\(members(of: mirror, 0)))")
        default: return shortened(name)
        }
    }

    private static func shortened(_ text: String) -> String {
        text.count <= longest ? text : text.prefix(longest - 1) + "…"
    }

    private static func inParentheses(_ value: Any, _ depth: Int) -> String {
        let isTuple = Mirror(reflecting: value).displayStyle == .tuple
        let text = text(of: value, depth)
        return isTuple ? text : "(\(text))"
    }

    private static func text(of value: Any, _ depth: Int) -> String {
        if let text = value as? String { return "\"\(text)\"" }
        if let described = value as? any CustomStringConvertible, !(value is any Collection) {
            return described.description
        }
        let mirror = Mirror(reflecting: value)
        if depth > deepest, !mirror.children.isEmpty { return "…" }
        switch mirror.displayStyle {
        case .optional: return mirror.children.first.map { text(of: $0.value, depth + 1) } ?? "nil"
        case .enum:
            guard let child = mirror.children.first, let name = child.label else { return "\(value)" }
            return name + inParentheses(child.value, depth + 1)
        case .tuple: return "(\(members(of: mirror, depth)))"
        case .collection: return "[\(members(of: mirror, depth))]"
        case .set: return "[\(mirror.children.map { text(of: $0.value, depth + 1) }.sorted().joined(separator: ", "))]"
        case .dictionary:
            let pairs = mirror.children.map { pair in
                Mirror(reflecting: pair.value).children.map { text(of: $0.value, depth + 1) }.joined(separator: ": ")
            }
            return "[\(pairs.sorted().joined(separator: ", "))]"
        case .struct, .class: return "\(type(of: value))(\(members(of: mirror, depth)))"
        default: return "\(value)"
        }
    }

    private static func members(of mirror: Mirror, _ depth: Int) -> String {
        mirror.children.map { child in
            let text = text(of: child.value, depth + 1)
            // A tuple calls what has no label `.0`.
            guard let label = child.label, !label.hasPrefix(".") else { return text }
            return "\(label): \(text)"
        }.joined(separator: ", ")
    }
}
