/// Text that is safe to draw: the only thing that a frame or a terminal accepts.
///
/// Whatever is read from a store, typed, or quoted in an error may hold escape sequences, invisible characters and
/// broken UTF-8. Every way to make a `DisplayText` goes through `Sanitizer`, so a value of this type holds printable
/// characters of a known width and nothing else.
package struct DisplayText: Sendable, Hashable {
    /// What the text is, which decides how strictly spaces are shown.
    package enum Kind: Sendable {
        /// Prose, payloads, messages: spaces are spaces.
        case text
        /// A stream id, a type name, a file name: leading, trailing and unusual spaces are marked.
        case name
    }

    /// Bytes of one field that are looked at before the rest is only counted.
    package static let defaultLimit = 65_536

    /// The harmless characters, as they are shown.
    package let plainString: String
    /// Terminal columns that the text takes.
    package let width: Int
    /// UTF-8 offsets in `plainString` of what stands for something that was not shown as it is.
    let dimmed: [Range<Int>]
    /// Printable ASCII only: one byte is one column.
    let isSimple: Bool

    /// Only the sanitiser and layout, which joins and cuts sanitised text, call this.
    init(sanitized plainString: String, width: Int, dimmed: [Range<Int>], isSimple: Bool) {
        self.plainString = plainString
        self.width = width
        self.dimmed = dimmed
        self.isSimple = isSimple
    }

    /// Nothing, zero columns wide.
    package init() {
        self.init(sanitized: "", width: 0, dimmed: [], isSimple: true)
    }

    /// Makes any string harmless.
    ///
    /// - Parameter limit: UTF-8 bytes that are looked at; the number of bytes left out is shown at the end.
    package init(_ string: String, as kind: Kind = .text, limit: Int = DisplayText.defaultLimit) {
        self = Sanitizer.display(string, as: kind, limit: limit)
    }

    /// Makes any bytes harmless: one U+FFFD for each maximal subsequence that is not UTF-8.
    package init(bytes: some Collection<UInt8>, as kind: Kind = .text, limit: Int = DisplayText.defaultLimit) {
        self = Sanitizer.display(bytes, as: kind, limit: limit)
    }

    /// Our own words.
    package init(literal: StaticString) {
        self = Sanitizer.display(literal.description, as: .text, limit: .max)
    }

    /// A number in decimal.
    package init(_ number: some BinaryInteger) {
        self = Sanitizer.display(String(number), as: .text, limit: .max)
    }

    package var isEmpty: Bool { plainString.isEmpty }
}

extension DisplayText: CustomStringConvertible {
    package var description: String { plainString }
}
