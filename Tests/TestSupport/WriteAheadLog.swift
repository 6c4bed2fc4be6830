/// A write-ahead log of SQLite, written by hand: a header, and one change of a page of zeros.
///
/// The layout is that of SQLite's file format, section "The WAL File Format".
package struct WriteAheadLog {
    /// Whether its checksums are computed over words with the most significant byte first.
    package var isBigEndian = false
    package var version: UInt32 = 3_007_000
    package var salts: (UInt32, UInt32) = (7, 9)
    /// The salts of the change; those of the header where it is one of this log.
    package var changeSalts: (UInt32, UInt32) = (7, 9)
    /// Whether a transaction ends with the change.
    package var isCommit = true

    package init() {}

    /// Its bytes, with a header whose checksum fits it.
    package var bytes: [UInt8] {
        let header = Self.bytes([0x377F_0682 | (isBigEndian ? 1 : 0), version, 4_096, 0, salts.0, salts.1])
        let (first, second) = sums(header)
        return header + Self.bytes([first, second, 1, isCommit ? 1 : 0, changeSalts.0, changeSalts.1, 0, 0])
            + [UInt8](repeating: 0, count: 4_096)
    }

    private func sums(_ bytes: [UInt8]) -> (UInt32, UInt32) {
        var sums: (UInt32, UInt32) = (0, 0)
        for place in stride(from: 0, to: bytes.count, by: 8) {
            sums.0 &+= word(bytes[place..<place + 4]) &+ sums.1
            sums.1 &+= word(bytes[place + 4..<place + 8]) &+ sums.0
        }
        return sums
    }

    private func word(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        let ordered = isBigEndian ? Array(bytes) : bytes.reversed()
        return ordered.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    }

    private static func bytes(_ words: [UInt32]) -> [UInt8] {
        words.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (24 - 8 * UInt32($0))) } }
    }
}
