/// Which names of streams are meant; every character is literal, and names are compared byte by byte.
public enum StreamPattern: Hashable, Sendable {
    /// The stream of this name, `Type|id`.
    case exact(String)
    /// All whose name begins so.
    case prefix(String)
    /// All whose name ends so.
    case suffix(String)
    /// All whose name has this in it.
    case contains(String)

    /// Whether both compare in the same way with the same text, byte for byte.
    public static func == (left: Self, right: Self) -> Bool {
        switch (left, right) {
        case (.exact(let text), .exact(let other)), (.prefix(let text), .prefix(let other)),
            (.suffix(let text), .suffix(let other)), (.contains(let text), .contains(let other)):
            text.hasSameBytes(as: other)
        default: false
        }
    }

    /// Whether a name is meant.
    public func matches(_ name: String) -> Bool {
        switch self {
        case .exact(let text): name.utf8.elementsEqual(text.utf8)
        case .prefix(let text): name.utf8.starts(with: text.utf8)
        case .suffix(let text): name.utf8.reversed().starts(with: text.utf8.reversed())
        case .contains(let text): Self.contains(Array(text.utf8), in: Array(name.utf8))
        }
    }

    private static func contains(_ part: [UInt8], in name: [UInt8]) -> Bool {
        guard let first = part.first else { return true }
        guard name.count >= part.count else { return false }
        return (0...(name.count - part.count)).contains { start in
            name[start] == first && name[start..<(start + part.count)].elementsEqual(part)
        }
    }
}

extension StreamPattern: CustomStringConvertible {
    /// How the name is compared, and the text: `prefix Order|`.
    public var description: String {
        switch self {
        case .exact(let text): "exact \(text)"
        case .prefix(let text): "prefix \(text)"
        case .suffix(let text): "suffix \(text)"
        case .contains(let text): "contains \(text)"
        }
    }

    /// Reads what `description` wrote.
    ///
    /// Throws `StoreError.invalid` for anything richer: a pattern of any other kind is not understood.
    public init(parsing text: String) throws {
        guard let space = text.utf8.firstIndex(of: UInt8(ascii: " ")) else { throw Self.notUnderstood }
        let rest = String(text[text.utf8.index(after: space)...])
        switch text[..<space] {
        case "exact": self = .exact(rest)
        case "prefix": self = .prefix(rest)
        case "suffix": self = .suffix(rest)
        case "contains": self = .contains(rest)
        default: throw Self.notUnderstood
        }
    }

    private static var notUnderstood: StoreError {
        StoreError(
            .invalid,
            detail: "a pattern of names is 'exact', 'prefix', 'suffix' or 'contains' with a space and a literal text")
    }
}
