public import EventSourcing

/// What is looked for in events: a text, or `type:ItemAdded sku=tea` by field.
///
/// Case matters as soon as an upper-case letter is typed. Every term must match.
public struct FindQuery: Hashable, Sendable {
    /// One condition.
    public enum Term: Hashable, Sendable {
        /// The text stands somewhere in the type or the payload.
        case text(String)
        /// The type is this one, or begins with it where a `*` ends it.
        case type(String)
        /// The payload's value at a path (`sku`, `address.city`) is this, as text.
        case field(path: [String], value: String)
    }

    /// The conditions, all of which must hold.
    public var terms: [Term]

    /// Takes conditions as they are.
    public init(terms: [Term]) { self.terms = terms }

    /// Reads what a person typed; without a `type:` or a `key=value` in it the whole line is one text.
    ///
    /// Throws `CommandError` for a quote that is not closed, and for a line with nothing in it.
    public init(parsing text: String) throws(CommandError) {
        let words = CommandWords(text).words
        guard !words.isEmpty else {
            throw CommandError(column: 1, message: "a text is expected, or type:Name key=value")
        }
        let byField = words.contains { $0.key != nil || (!$0.isQuoted && $0.value.hasPrefix("type:")) }
        if !byField, !words.contains(where: \.isQuoted) {
            self.init(terms: [.text(Self.trimmed(text))])
            return
        }
        var terms: [Term] = []
        for word in words {
            if let open = word.openQuote {
                throw CommandError(column: open + 1, message: "the quote that opens here is not closed")
            }
            if let key = word.key {
                let path = key.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
                terms.append(.field(path: path, value: word.value))
            } else if word.value.hasPrefix("type:") {
                terms.append(.type(String(word.value.dropFirst("type:".count))))
            } else {
                terms.append(.text(word.value))
            }
        }
        self.init(terms: terms)
    }

    private static func trimmed(_ text: String) -> String {
        let scalars = text.unicodeScalars.drop { $0.properties.isWhitespace }
        var end = scalars.endIndex
        while end > scalars.startIndex, scalars[scalars.index(before: end)].properties.isWhitespace {
            end = scalars.index(before: end)
        }
        return String(scalars[..<end])
    }
}

/// An event that a search hit.
public struct FindHit: Hashable, Sendable {
    /// The event's stream.
    public var persistenceID: PersistenceID
    /// Its number in the stream.
    public var sequenceNumber: Int64
    /// Its global position.
    public var position: Int64

    /// Describes a hit.
    public init(persistenceID: PersistenceID, sequenceNumber: Int64, position: Int64) {
        self.persistenceID = persistenceID
        self.sequenceNumber = sequenceNumber
        self.position = position
    }
}

/// Where a search looks.
public enum FindScope: Hashable, Sendable {
    /// In one stream; numbers are sequence numbers.
    case stream(PersistenceID)
    /// In the whole store; numbers are global positions.
    case store
}

/// In which order a search looks.
public enum FindOrder: Hashable, Sendable {
    /// From the number to both sides, so that what lies near is found first.
    case outward
    /// From the number on, it included.
    case forward
    /// From the number down, it included.
    case backward
}
