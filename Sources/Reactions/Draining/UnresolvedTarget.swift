import EventSourcing

/// The subscription of an event whose target could not be computed, or whose type could not be read: it is tried again like any
/// other, and in the end blocked with the reason, so that neither the event is lost nor any stream waits for it.
struct UnresolvedTarget: Sendable {
    static let entityType = "(unresolved)"
    /// What stands in the place of a reaction where none was called, for the event could not be read.
    static let reading = "(reading)"

    let reaction: String
    let position: Int64

    init(_ reaction: String, at position: Int64) {
        self.reaction = reaction
        self.position = position
    }

    /// Reads the target of a subscription; nil for that of any other.
    init?(_ target: PersistenceID) {
        guard target.entityType.hasSameBytes(as: Self.entityType),
            let slash = target.entityID.utf8.firstIndex(of: UInt8(ascii: "/")),
            let position = Int64(target.entityID[..<slash]), position > 0
        else { return nil }
        self.position = position
        reaction = String(target.entityID[target.entityID.utf8.index(after: slash)...])
    }

    /// The name of the subscription's target: `(unresolved)|17/audit deposits`.
    ///
    /// A name that is too long for that is cut; the position tells it from others, and the reaction is found by what is left.
    var target: PersistenceID? {
        let prefix = "\(position)/"
        return try? PersistenceID(
            Self.entityType, prefix + reaction.prefix(bytes: PersistenceID.longestPart - prefix.utf8.count))
    }

    /// Whether it is of this reaction; those of an event whose type could not be read are all that are for it.
    func names(_ reaction: Reaction) -> Bool {
        if self.reaction.hasSameBytes(as: Self.reading) { return true }
        return reaction.name.utf8.starts(with: self.reaction.utf8)
            && UnresolvedTarget(reaction.name, at: position).target == target
    }
}

extension String {
    /// What is left of a text where it may have so many bytes of UTF-8, whole characters only.
    fileprivate func prefix(bytes: Int) -> String {
        var (text, left) = ("", bytes)
        for character in self {
            left -= character.utf8.count
            if left < 0 { break }
            text.append(character)
        }
        return text
    }
}
