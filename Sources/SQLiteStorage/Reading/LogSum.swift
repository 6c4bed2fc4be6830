/// The running checksum of a write-ahead log (SQLite's file format, section "WAL checksum algorithm").
struct LogSum: Hashable {
    private(set) var first: UInt32 = 0
    private(set) var second: UInt32 = 0
    /// Whether it is computed over words with the most significant byte first.
    let isBigEndian: Bool

    init(isBigEndian: Bool) { self.isBigEndian = isBigEndian }

    /// Goes on from what a log tells at a place, two words there.
    init(_ bytes: UnsafeRawBufferPointer, at offset: Int, isBigEndian: Bool) {
        (first, second) = (bytes.word(at: offset), bytes.word(at: offset + 4))
        self.isBigEndian = isBigEndian
    }

    /// Adds bytes, a multiple of eight.
    mutating func add(_ bytes: UnsafeRawBufferPointer) {
        var (first, second) = (first, second)
        var offset = 0
        while offset + 8 <= bytes.count {
            let left = bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
            let right = bytes.loadUnaligned(fromByteOffset: offset + 4, as: UInt32.self)
            first &+= (isBigEndian ? UInt32(bigEndian: left) : UInt32(littleEndian: left)) &+ second
            second &+= (isBigEndian ? UInt32(bigEndian: right) : UInt32(littleEndian: right)) &+ first
            offset += 8
        }
        (self.first, self.second) = (first, second)
    }
}
