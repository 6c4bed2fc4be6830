/// A number as it stands in a JSON text, digit by digit.
///
/// Two numbers are equal when their texts are: `1.0` is not `1`, because a person who looks at a payload must see what
/// was written.
public struct JSONNumber: Hashable, Sendable, CustomStringConvertible {
    /// The exact text, always a valid JSON number (RFC 8259, section 6).
    public let text: String

    /// Takes a text that is a JSON number; nil for any other.
    public init?(_ text: String) {
        let valid = Array(text.utf8).withUnsafeBufferPointer { bytes in
            bytes.baseAddress.map { JSONNumberScan(at: 0, in: $0, count: bytes.count)?.end == bytes.count } ?? false
        }
        guard valid else { return nil }
        self.text = text
    }

    /// Writes an integer.
    public init(_ value: some FixedWidthInteger) {
        text = String(value)
    }

    /// Writes the shortest text that reads back as the same number; nil when it is not finite.
    public init?(_ value: Double) {
        guard value.isFinite else { return nil }
        text = value.description
    }

    init(validated text: String) {
        self.text = text
    }

    /// The number, when it is an integer written without fraction or exponent and fits into 64 bits.
    public var int64: Int64? {
        Int64(text)
    }

    /// The nearest double; nil when the number is too large for any.
    public var double: Double? {
        guard let value = Double(text), value.isFinite else { return nil }
        return value
    }

    /// The exact text.
    public var description: String { text }
}
