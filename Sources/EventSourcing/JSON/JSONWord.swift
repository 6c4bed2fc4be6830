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
}
