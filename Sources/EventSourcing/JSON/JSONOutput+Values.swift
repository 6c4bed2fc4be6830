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
        let magnitude = value.magnitude
        // Up to fifteen digits every decimal has a double of its own, so the first that gives this one is the shortest.
        if magnitude < 1e11, magnitude >= 1e-3 {
            for (digits, power) in [(0, 1), (1, 10), (2, 100), (3, 1_000)] as [(Int, UInt64)] {
                let scaled = UInt64(magnitude * Double(power) + 0.5)
                if Double(scaled) / Double(power) == magnitude {
                    append(magnitude: scaled / power, negative: value < 0)
                    return append(fraction: scaled % power, digits: digits)
                }
            }
        }
        append(verbatim: value.description)
    }

    private func append(fraction: UInt64, digits: Int) {
        let start = room(max(digits, 1) + 1)
        start.pointee = UInt8(ascii: ".")
        guard digits > 0 else {
            start[1] = 0x30
            return advance(2)
        }
        var rest = fraction
        for index in (1...digits).reversed() {
            start[index] = 0x30 &+ UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
        advance(digits + 1)
    }

    /// Appends a string in quotes.
    ///
    /// - Parameter ascii: whether everything but printable ASCII is written as `\uXXXX`.
    @inline(__always)
    func append(string text: consuming String, ascii: Bool = false) {
        text.withUTF8 { append(quoted: $0, ascii: ascii) }
    }

    /// Appends a key with its colon, and a comma before it unless it is the first of its object.
    @inline(__always)
    func append(key: consuming String) {
        if last != UInt8(ascii: "{") { append(UInt8(ascii: ",")) }
        key.withUTF8 { append(quoted: $0, ascii: false) }
        append(UInt8(ascii: ":"))
    }

    func append(quoted bytes: UnsafeBufferPointer<UInt8>, ascii: Bool) {
        // Two quotes, and the bytes when none needs an escape.
        let start = room(bytes.count &+ 2)
        start.pointee = UInt8(ascii: "\"")
        if !ascii, JSONOutput.copyPlain(bytes, to: start + 1) {
            start[bytes.count &+ 1] = UInt8(ascii: "\"")
            return advance(bytes.count &+ 2)
        }
        advance(1)
        appendEscaped(bytes, ascii: ascii)
        append(UInt8(ascii: "\""))
    }

    /// Copies bytes as long as none needs an escape; false when one does.
    @inline(__always)
    private static func copyPlain(_ bytes: UnsafeBufferPointer<UInt8>, to target: UnsafeMutablePointer<UInt8>) -> Bool {
        guard let first = bytes.baseAddress else { return true }
        let source = UnsafeRawPointer(first)
        let target = UnsafeMutableRawPointer(target)
        let count = bytes.count
        if count >= 8 {
            var index = 0
            while index &+ 8 < count {
                let word = source.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                if JSONWord.specials(word) != 0 { return false }
                target.storeBytes(of: word, toByteOffset: index, as: UInt64.self)
                index &+= 8
            }
            // The last eight, some of which may have been copied already.
            let word = source.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
            if JSONWord.specials(word) != 0 { return false }
            target.storeBytes(of: word, toByteOffset: count &- 8, as: UInt64.self)
            return true
        }
        if count >= 4 {
            let head = source.loadUnaligned(as: UInt32.self)
            let tail = source.loadUnaligned(fromByteOffset: count &- 4, as: UInt32.self)
            if JSONWord.specials(UInt64(head) | UInt64(tail) << 32) != 0 { return false }
            target.storeBytes(of: head, as: UInt32.self)
            target.storeBytes(of: tail, toByteOffset: count &- 4, as: UInt32.self)
            return true
        }
        for index in 0..<count {
            let byte = bytes[index]
            if needsEscape(byte, ascii: false) { return false }
            target.storeBytes(of: byte, toByteOffset: index, as: UInt8.self)
        }
        return true
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
