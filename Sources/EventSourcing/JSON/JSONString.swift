/// Turns the bytes between a string's quotes into a `String`.
enum JSONString {
    /// The text, and how many places of it had to be repaired: bad UTF-8, lone surrogates, raw control characters.
    ///
    /// Each maximal bad sequence of bytes and each lone surrogate becomes one U+FFFD.
    @inline(__always)
    static func decode(_ bytes: UnsafeBufferPointer<UInt8>, _ flags: JSONNode.Flags) -> (text: String, repaired: Int) {
        if flags.isEmpty { return (ascii(bytes), 0) }
        return decodeSlowly(bytes, flags)
    }

    /// A string of bytes that are known to be ASCII.
    @inline(__always)
    static func ascii(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
        String(unsafeUninitializedCapacity: bytes.count) { place in
            guard let start = bytes.baseAddress, let target = place.baseAddress else { return 0 }
            target.update(from: start, count: bytes.count)
            return bytes.count
        }
    }

    @inline(never)
    private static func decodeSlowly(
        _ bytes: UnsafeBufferPointer<UInt8>, _ flags: JSONNode.Flags
    ) -> (text: String, repaired: Int) {
        let controls = flags.contains(.control) ? bytes.count { $0 < 0x20 } : 0
        guard flags.contains(.complex) else {
            let (text, repaired) = validated(bytes)
            return (text, repaired + controls)
        }
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: bytes.count + 1) { plain in
            let (count, lone) = unescape(bytes, into: plain)
            let (text, repaired) = validated(UnsafeBufferPointer(rebasing: plain[..<count]))
            return (text, repaired + lone + controls)
        }
    }

    private static func validated(_ bytes: UnsafeBufferPointer<UInt8>) -> (text: String, repaired: Int) {
        if let text = String(validating: bytes, as: UTF8.self) { return (text, 0) }
        let text = String(decoding: bytes, as: UTF8.self)
        let after = text.unicodeScalars.count { $0 == "\u{FFFD}" }
        var before = 0
        var index = 0
        while index + 2 < bytes.count {
            if bytes[index] == 0xEF, bytes[index + 1] == 0xBF, bytes[index + 2] == 0xBD { before += 1 }
            index += 1
        }
        return (text, max(1, after - before))
    }

    /// The scanner has checked every escape; an escape is never shorter than what it stands for.
    private static func unescape(
        _ bytes: UnsafeBufferPointer<UInt8>, into plain: UnsafeMutableBufferPointer<UInt8>
    ) -> (count: Int, lone: Int) {
        var count = 0
        var lone = 0
        var index = 0
        func put(_ byte: UInt8) {
            plain[count] = byte
            count += 1
        }
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            guard byte == UInt8(ascii: "\\"), index < bytes.count else {
                put(byte)
                continue
            }
            let escape = bytes[index]
            index += 1
            switch escape {
            case UInt8(ascii: "b"): put(0x08)
            case UInt8(ascii: "f"): put(0x0C)
            case UInt8(ascii: "n"): put(0x0A)
            case UInt8(ascii: "r"): put(0x0D)
            case UInt8(ascii: "t"): put(0x09)
            case UInt8(ascii: "u"):
                var value = unit(bytes, at: index)
                index += 4
                if value & 0xFC00 == 0xD800, index + 6 <= bytes.count, bytes[index] == UInt8(ascii: "\\"),
                    bytes[index + 1] == UInt8(ascii: "u"), unit(bytes, at: index + 2) & 0xFC00 == 0xDC00
                {
                    value = 0x10000 + (value & 0x3FF) << 10 + unit(bytes, at: index + 2) & 0x3FF
                    index += 6
                }
                if value & 0xFFFF_F800 == 0xD800 { lone += 1 }
                for part in UTF8.encode(Unicode.Scalar(value) ?? "\u{FFFD}") ?? UTF8.encodedReplacementCharacter {
                    put(part)
                }
            default: put(escape)
            }
        }
        return (count, lone)
    }

    private static func unit(_ bytes: UnsafeBufferPointer<UInt8>, at start: Int) -> UInt32 {
        var value: UInt32 = 0
        for index in start..<min(start + 4, bytes.count) {
            value = value << 4 | UInt32(digit(bytes[index]) ?? 0)
        }
        return value
    }

    /// The value of a hexadecimal digit.
    static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }
}
