/// The bound of what a store keeps beside payloads in words: errors, reasons, and lists of names.
public enum StoredText {
    /// The longest that a text may be, in bytes of UTF-8, as it stands in the store.
    public static let longest = 1 << 20

    /// As much of a text as may be stored, which ends in … where it was longer.
    package static func cut(_ text: String, to longest: Int = longest) -> String {
        guard text.utf8.count > longest else { return text }
        let mark = "…"
        var end = text.utf8.index(text.startIndex, offsetBy: longest - mark.utf8.count)
        while end.samePosition(in: text.unicodeScalars) == nil { end = text.utf8.index(before: end) }
        return String(text[..<end]) + mark
    }

    /// Throws `StoreError.invalid` for one that is too long to be read again.
    package static func require(_ text: String?, of id: PersistenceID? = nil) throws {
        guard let count = text?.utf8.count, count > longest else { return }
        throw StoreError(
            .invalid, stream: id,
            detail: "an error, a reason, or what is done has at most \(longest) bytes, not \(count)")
    }
}
