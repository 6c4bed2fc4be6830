/// A universally unique, lexicographically sortable identifier: 48 bits of milliseconds, then 80 random bits.
///
/// Its text is 26 characters of Crockford's base 32 (<https://github.com/ulid/spec>). Within one generator, ids made in the
/// same millisecond rise.
public struct ULID: Hashable, Comparable, Sendable {
    /// The upper 64 bits: the time and the first 16 random bits.
    public let high: UInt64
    /// The lower 64 random bits.
    public let low: UInt64

    /// Takes the two halves as they are.
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Milliseconds since 1970, as the id was made.
    public var milliseconds: UInt64 { high >> 16 }

    /// In the order of time.
    public static func < (left: Self, right: Self) -> Bool { (left.high, left.low) < (right.high, right.low) }
}

// MARK: - Text

extension ULID: LosslessStringConvertible {
    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

    /// 26 characters of Crockford's base 32.
    public var description: String {
        String(unsafeUninitializedCapacity: 26) { buffer in
            var (high, low) = (self.high, self.low)
            for place in stride(from: 25, through: 0, by: -1) {
                buffer[place] = Self.alphabet[Int(low & 31)]
                low = low >> 5 | high << 59
                high >>= 5
            }
            return 26
        }
    }

    /// Reads 26 characters of Crockford's base 32 in either case; nil for anything else, also above 128 bits.
    public init?(_ text: String) {
        guard text.utf8.count == 26 else { return nil }
        var (high, low): (UInt64, UInt64) = (0, 0)
        for (place, character) in text.utf8.enumerated() {
            let upper = character >= UInt8(ascii: "a") && character <= UInt8(ascii: "z") ? character - 32 : character
            guard let value = Self.alphabet.firstIndex(of: upper), place > 0 || value < 8 else { return nil }
            high = high << 5 | low >> 59
            low = low << 5 | UInt64(value)
        }
        self.init(high: high, low: low)
    }
}

// MARK: - Bytes

extension ULID {
    /// The 16 bytes, most significant first, as stores keep them.
    public var bytes: [UInt8] {
        [high, low].flatMap { half in (0..<8).map { UInt8(truncatingIfNeeded: half >> (56 - 8 * UInt64($0))) } }
    }

    /// Reads 16 bytes, most significant first; nil for any other count.
    public init?(bytes: UnsafeRawBufferPointer) {
        guard bytes.count == 16 else { return nil }
        self.init(
            high: UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
            low: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
    }
}
