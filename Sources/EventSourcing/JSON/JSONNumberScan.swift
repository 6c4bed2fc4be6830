/// A number's text in a JSON document: where it ends, and what its digits say.
///
/// The grammar is RFC 8259's: no leading zeros, no `+`, digits on both sides of the point.
struct JSONNumberScan {
    /// The position after the last byte.
    private(set) var end: Int
    /// Whether there is neither fraction nor exponent.
    private(set) var isInteger = true

    /// Reads the number that begins at `start`; nil when there is none.
    @inline(__always)
    init?(at start: Int, in base: UnsafePointer<UInt8>, count: Int) {
        end = start
        if end < count, base[end] == UInt8(ascii: "-") { end += 1 }
        guard end < count else { return nil }
        if base[end] == 0x30 {
            end += 1
        } else if !skipDigits(base, count) {
            return nil
        }
        if end < count, base[end] == UInt8(ascii: ".") {
            isInteger = false
            end += 1
            if !skipDigits(base, count) { return nil }
        }
        if end < count, base[end] | 0x20 == UInt8(ascii: "e") {
            isInteger = false
            end += 1
            if end < count, base[end] == UInt8(ascii: "+") || base[end] == UInt8(ascii: "-") { end += 1 }
            if !skipDigits(base, count) { return nil }
        }
    }

    @inline(__always)
    private mutating func skipDigits(_ base: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        let first = end
        while end < count, base[end] &- 0x30 < 10 { end += 1 }
        return end > first
    }
}

/// The value of a number whose text is known to be valid.
enum JSONNumberValue {
    /// Powers of ten that a double holds exactly.
    private static let powers: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]

    /// The sign and magnitude of an integer's digits; nil when they don't fit into 64 bits.
    @inline(__always)
    static func integer(_ text: UnsafeBufferPointer<UInt8>) -> (magnitude: UInt64, negative: Bool)? {
        var index = 0
        var negative = false
        if let first = text.first, first == UInt8(ascii: "-") {
            negative = true
            index = 1
        }
        var magnitude: UInt64 = 0
        if text.count - index < 19 {
            while index < text.count {
                magnitude = magnitude &* 10 &+ UInt64(text[index] &- 0x30)
                index += 1
            }
            return (magnitude, negative)
        }
        while index < text.count {
            let (product, overflow) = magnitude.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(UInt64(text[index] &- 0x30))
            if overflow || carry { return nil }
            magnitude = sum
            index += 1
        }
        return (magnitude, negative)
    }

    /// The nearest double; nil when the number is too large for any.
    ///
    /// Up to 2^53 and a power of ten up to 22, one multiplication or division of exact values is correctly rounded
    /// (W. D. Clinger, How to Read Floating Point Numbers Accurately, 1990); the rest goes to the standard library.
    static func double(_ text: UnsafeBufferPointer<UInt8>) -> Double? {
        if let simple = simpleDouble(text) { return simple }
        guard let value = Double(String(decoding: text, as: UTF8.self)), value.isFinite else { return nil }
        return value
    }

    /// The nearest float; nil when the number is too large for any.
    static func float(_ text: UnsafeBufferPointer<UInt8>) -> Float? {
        guard let value = Float(String(decoding: text, as: UTF8.self)), value.isFinite else { return nil }
        return value
    }

    private static func simpleDouble(_ text: UnsafeBufferPointer<UInt8>) -> Double? {
        guard text.count <= 24 else { return nil }
        var mantissa: UInt64 = 0
        var digits = 0
        var exponent = 0
        var negative = false
        var afterPoint = false
        var index = 0
        if let first = text.first, first == UInt8(ascii: "-") {
            negative = true
            index = 1
        }
        loop: while index < text.count {
            let byte = text[index]
            index += 1
            switch byte {
            case 0x30...0x39:
                mantissa = mantissa &* 10 &+ UInt64(byte &- 0x30)
                digits += 1
                if afterPoint { exponent -= 1 }
            case UInt8(ascii: "."):
                afterPoint = true
            default:
                var written = 0
                var down = false
                while index < text.count {
                    let digit = text[index]
                    index += 1
                    if digit == UInt8(ascii: "-") { down = true }
                    if digit &- 0x30 < 10 { written = min(written * 10 + Int(digit &- 0x30), 10_000) }
                }
                exponent += down ? -written : written
                break loop
            }
        }
        guard digits <= 18, mantissa <= 1 << 53, exponent >= -22, exponent <= 22 else { return nil }
        let magnitude = Double(mantissa)
        let value = exponent < 0 ? magnitude / powers[-exponent] : magnitude * powers[exponent]
        return negative ? -value : value
    }
}
