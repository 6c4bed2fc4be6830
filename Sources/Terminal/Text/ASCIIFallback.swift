/// What is shown where the locale is not UTF-8.
///
/// There the bytes of UTF-8 would be read one by one, and some of them (9B) begin an escape sequence.
enum ASCIIFallback {
    /// One printable ASCII character for any scalar, so that columns stay where they are.
    static func character(for scalar: Unicode.Scalar) -> UInt8 {
        let value = scalar.value
        if value >= 0x20, value <= 0x7E { return UInt8(value) }
        return substitute(for: value) ?? UInt8(ascii: "?")
    }

    /// A whole text for plain output: what has no substitute is written as its number.
    static func string(for text: DisplayText) -> String {
        if text.isSimple { return text.plainString }
        var result = ""
        for scalar in text.plainString.unicodeScalars {
            if scalar.isASCII {
                result.unicodeScalars.append(scalar)
            } else if let substitute = substitute(for: scalar.value) {
                result.unicodeScalars.append(Unicode.Scalar(substitute))
            } else if (0x2400...0x2421).contains(scalar.value) {
                result += "<" + String(scalar.value == 0x2421 ? 0x7F : scalar.value - 0x2400, radix: 16) + ">"
            } else {
                result += "<" + String(scalar.value, radix: 16, uppercase: true) + ">"
            }
        }
        return result
    }

    private static func substitute(for value: UInt32) -> UInt8? {
        if let known = substitutes[value] { return known }
        // Corners and crossings of lines, light and heavy, and rounded ones.
        return (0x250C...0x254B).contains(value) || (0x256D...0x2570).contains(value) ? UInt8(ascii: "+") : nil
    }

    private static let substitutes: [UInt32: UInt8] = [
        0x27E8: UInt8(ascii: "<"), 0x27E9: UInt8(ascii: ">"), 0x2026: UInt8(ascii: "."),
        0x2500: UInt8(ascii: "-"), 0x2502: UInt8(ascii: "|"), 0x252C: UInt8(ascii: "+"), 0x253C: UInt8(ascii: "+"),
        0x2534: UInt8(ascii: "+"), 0x251C: UInt8(ascii: "+"), 0x2524: UInt8(ascii: "+"), 0x25C6: UInt8(ascii: "S"),
        0x25CF: UInt8(ascii: "*"), 0x25CB: UInt8(ascii: "o"), 0x25B8: UInt8(ascii: ">"), 0x2717: UInt8(ascii: "x"),
        0x25BC: UInt8(ascii: "v"), 0x25B6: UInt8(ascii: ">"), 0x25B7: UInt8(ascii: ">"), 0x00B7: UInt8(ascii: ","),
        0x00D7: UInt8(ascii: "x"), 0x2192: UInt8(ascii: ">"), 0x2190: UInt8(ascii: "<"), 0x275A: UInt8(ascii: "|"),
        0x2420: UInt8(ascii: "_"), 0x2501: UInt8(ascii: "="), 0x2503: UInt8(ascii: "|"), 0x25C0: UInt8(ascii: "<"),
        0x25CE: UInt8(ascii: "o"),
    ]
}
