/// The bound of what a store keeps beside payloads in words: errors, reasons, and lists of names.
public enum StoredText {
    /// The longest that a text may be, in bytes of UTF-8, as it stands in the store.
    public static let longest = 1 << 20

    /// Throws `StoreError.invalid` for one that is too long to be read again.
    package static func require(_ text: String?, of id: PersistenceID? = nil) throws {
        guard let count = text?.utf8.count, count > longest else { return }
        throw StoreError(
            .invalid, stream: id,
            detail: "an error, a reason, or what is done has at most \(longest) bytes, not \(count)")
    }
}
