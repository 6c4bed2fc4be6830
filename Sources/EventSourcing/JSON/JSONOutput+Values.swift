extension JSONOutput {
    /// Appends an integer in decimal digits.
    func append(integer value: some FixedWidthInteger) {
        append(magnitude: UInt64(truncatingIfNeeded: value.magnitude), negative: value < 0)
    }

    func append(magnitude: UInt64, negative: Bool) {
        let start = room(21)
        if magnitude < 10, !negative {
            start.pointee = 0x30 &+ UInt8(truncatingIfNeeded: magnitude)
            advance(1)
            return
        }
        var digits = 1
        var bound: UInt64 = 10
        while magnitude >= bound {
            digits += 1
            if digits == 20 { break }
            bound &*= 10
        }
        var place = start
        if negative {
            place.pointee = UInt8(ascii: "-")
            place += 1
        }
        var rest = magnitude
        var index = digits
        while index > 0 {
            index -= 1
            let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
            place[index] = 0x30 &+ UInt8(truncatingIfNeeded: digit)
            rest = quotient
        }
        advance(digits + (negative ? 1 : 0))
    }

    /// Appends the shortest text that reads back as the same finite number, always with a fraction or an exponent.
    func append(double value: Double) {
        if value.magnitude < 0x1p53 {
            let integer = Int64(value)
            // Zero may be negative.
            if integer != 0, Double(integer) == value {
                append(integer: integer)
                return append(".0")
            }
        }
        append(verbatim: value.description)
    }

    /// Appends a string in quotes.
    ///
    /// - Parameter ascii: whether everything but printable ASCII is written as `\uXXXX`.
    func append(string text: String, ascii: Bool = false) {
        var text = text
        text.withUTF8 { bytes in
            // Two quotes, and the bytes when none needs an escape.
            let start = room(bytes.count + 2)
            start.pointee = UInt8(ascii: "\"")
            guard let source = bytes.baseAddress else {
                start[1] = UInt8(ascii: "\"")
                return advance(2)
            }
            let plain = JSONOutput.plainPrefix(source, count: bytes.count, ascii: ascii)
            (start + 1).update(from: source, count: plain)
            if plain == bytes.count {
                start[plain + 1] = UInt8(ascii: "\"")
                return advance(plain + 2)
            }
            advance(plain + 1)
            appendEscaped(UnsafeBufferPointer(rebasing: bytes[plain...]), ascii: ascii)
            append(UInt8(ascii: "\""))
        }
    }

    /// How many bytes at the start need no escape.
    private static func plainPrefix(_ source: UnsafePointer<UInt8>, count: Int, ascii: Bool) -> Int {
        var index = 0
        if !ascii {
            while index + 8 <= count {
                let word = UnsafeRawPointer(source + index).loadUnaligned(as: UInt64.self)
                let special = JSONWord.specials(word)
                if special != 0 { break }
                index += 8
            }
        }
        while index < count, !needsEscape(source[index], ascii: ascii) { index += 1 }
        return index
    }

    private static func needsEscape(_ byte: UInt8, ascii: Bool) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || (ascii && byte >= 0x7F)
    }

    /// `bytes` are valid UTF-8: they come from a `String`.
    private func appendEscaped(_ bytes: UnsafeBufferPointer<UInt8>, ascii: Bool) {
        if ascii {
            for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
                if scalar.value < 0x7F {
                    append(escaping: UInt8(truncatingIfNeeded: scalar.value))
                } else {
                    for unit in UTF16.encode(scalar) ?? UTF16.encodedReplacementCharacter { append(unicode: unit) }
                }
            }
        } else {
            for byte in bytes { append(escaping: byte) }
        }
    }

    private func append(escaping byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): append("\\\"")
        case UInt8(ascii: "\\"): append("\\\\")
        case 0x08: append("\\b")
        case 0x09: append("\\t")
        case 0x0A: append("\\n")
        case 0x0C: append("\\f")
        case 0x0D: append("\\r")
        case 0..<0x20: append(unicode: UInt16(byte))
        default: append(byte)
        }
    }

    private func append(unicode unit: UInt16) {
        append("\\u")
        for shift in [12, 8, 4, 0] as [UInt16] {
            let digit = UInt8(truncatingIfNeeded: (unit >> shift) & 0xF)
            append(digit < 10 ? 0x30 + digit : 0x57 + digit)
        }
    }
}
