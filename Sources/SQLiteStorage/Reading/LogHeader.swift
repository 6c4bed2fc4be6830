/// What the first bytes of a write-ahead log say of it, as SQLite's recovery goes by them.
///
/// The layout is that of SQLite's file format, section "The WAL File Format": words of four bytes, most significant first.
enum LogHeader: Hashable {
    /// SQLite reads its changes.
    case sound
    /// SQLite of another version wrote it.
    case ofOtherVersion(UInt32)
    /// Its header does not fit its checksum, or tells no size of a page: SQLite takes it for an empty one.
    case damaged
    /// Its first change is not one of this log: SQLite takes it for an empty one.
    case ofOtherChanges
    /// It is no log at all.
    case none

    /// The only version there has been.
    static let knownVersion: UInt32 = 3_007_000
    /// The header of a log, and that of its first frame.
    static let length = headerLength + LogFrame.headerLength
    /// The header of a log alone.
    static let headerLength = 32

    /// Reads the first bytes of a log that is not empty; fewer than `length` where it is shorter.
    init(_ bytes: [UInt8]) {
        // What could not be read is for SQLite to say; what is shorter than a header was never a log yet.
        guard bytes.count >= 8 else {
            self = bytes.isEmpty ? .sound : .none
            return
        }
        let magic = Self.word(bytes, at: 0)
        guard magic & ~1 == 0x377F_0682 else {
            self = .none
            return
        }
        guard bytes.count >= Self.headerLength else {
            self = .sound
            return
        }
        var sum = LogSum(isBigEndian: magic & 1 == 1)
        let told = bytes.withUnsafeBytes { bytes in
            sum.add(UnsafeRawBufferPointer(rebasing: bytes[..<24]))
            return LogSum(bytes, at: 24, isBigEndian: sum.isBigEndian)
        }
        let version = Self.word(bytes, at: 4)
        let pageSize = Self.pageSize(bytes)
        if sum != told {
            self = .damaged
        } else if version != Self.knownVersion {
            self = .ofOtherVersion(version)
        } else if pageSize & (pageSize - 1) != 0 || !(LogFile.shortestPage...65_536).contains(pageSize) {
            self = .damaged
        } else {
            self = Self.isOfAnotherLog(bytes) ? .ofOtherChanges : .sound
        }
    }

    /// Whether the first frame has other salts than the header, and not those of the log that this one was begun over.
    ///
    /// SQLite begins a log anew by raising the first salt by one, and only once all of it is in the file.
    private static func isOfAnotherLog(_ bytes: [UInt8]) -> Bool {
        guard bytes.count >= length else { return false }
        let (salt, frameSalt) = (word(bytes, at: 16), word(bytes, at: headerLength + 8))
        if salt == frameSalt, word(bytes, at: 20) == word(bytes, at: headerLength + 12) { return false }
        // After a power cut there may be none where the first one was to be.
        if bytes[headerLength..<length].allSatisfy({ $0 == 0 }) { return false }
        return frameSalt &+ 1 != salt
    }

    /// The size of a page that a header tells, in bytes.
    static func pageSize(_ bytes: [UInt8]) -> Int { Int(word(bytes, at: 8)) }

    /// Four bytes as a number, the most significant first.
    static func word(_ bytes: [UInt8], at offset: Int) -> UInt32 {
        bytes[offset..<offset + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    }
}
