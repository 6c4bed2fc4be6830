/// Looks at eight bytes of a string at once.
enum JSONWord {
    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let highs: UInt64 = 0x8080_8080_8080_8080

    /// Marks the high bit of bytes that are a quote, a backslash or a control character.
    ///
    /// Only the lowest mark is exact: a borrow may mark a byte above a marked one. A word without marks has none of them.
    @inline(__always)
    static func specials(_ word: UInt64) -> UInt64 {
        let quote = word ^ (ones &* 0x22)
        let backslash = word ^ (ones &* 0x5C)
        let found = ((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash) | ((word &- ones &* 0x20) & ~word)
        return found & highs
    }

    /// Marks the high bit of bytes that are not ASCII.
    @inline(__always)
    static func beyondASCII(_ word: UInt64) -> UInt64 {
        word & highs
    }

    /// Goes on to the first byte that is a quote, a backslash or a control character, or else to where fewer than eight
    /// bytes are left, and gathers the bits of all bytes before it.
    @inline(__always)
    static func firstSpecial(
        in base: UnsafePointer<UInt8>, from start: Int, count: Int
    ) -> (index: Int, bits: UInt64) {
        var index = start
        var bits: UInt64 = 0
        while index &+ 8 <= count {
            let word = UnsafeRawPointer(base + index).loadUnaligned(as: UInt64.self)
            let special = specials(word)
            if special == 0 {
                bits |= word
                index &+= 8
                continue
            }
            let lowest = UInt64(truncatingIfNeeded: special.trailingZeroBitCount)
            bits |= word & ((1 &<< lowest) &- 1)
            return (index &+ Int(truncatingIfNeeded: lowest &>> 3), bits)
        }
        return (index, bits)
    }

    /// Whether so many bytes are the same in both places, and none of them is a quote, a backslash or a control character.
    @inline(__always)
    static func isPlain(_ left: UnsafePointer<UInt8>, _ right: UnsafePointer<UInt8>, count: Int) -> Bool {
        let (one, two) = (UnsafeRawPointer(left), UnsafeRawPointer(right))
        var index = 0
        while index &+ 8 <= count {
            let word = one.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            guard word == two.loadUnaligned(fromByteOffset: index, as: UInt64.self), specials(word) == 0 else {
                return false
            }
            index &+= 8
        }
        while index < count {
            let byte = left[index]
            guard byte == right[index], byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") else {
                return false
            }
            index &+= 1
        }
        return true
    }
}
