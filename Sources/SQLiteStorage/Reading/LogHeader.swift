/// What the first bytes of a write-ahead log say of it, as SQLite's recovery goes by them.
///
/// The layout is that of SQLite's file format, section "The WAL File Format": words of four bytes, most significant first.
enum LogHeader: Hashable {
    /// SQLite reads its changes.
    case sound
    /// SQLite of another version wrote it.
    case ofOtherVersion(UInt32)
    /// Its header does not fit its checksum, or its first change is not one of this log: SQLite takes it for an empty one.
    case damaged
    /// It is no log at all.
    case none

    /// The only version there has been.
    static let knownVersion: UInt32 = 3_007_000
    /// The header of a log, and that of its first frame.
    static let length = headerLength + 24
    private static let headerLength = 32

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
        let sum = Self.checksum(bytes[..<24], isBigEndian: magic & 1 == 1)
        let version = Self.word(bytes, at: 4)
        if sum != (Self.word(bytes, at: 24), Self.word(bytes, at: 28)) {
            self = .damaged
        } else if version != Self.knownVersion {
            self = .ofOtherVersion(version)
        } else {
            self = Self.isOfAnotherLog(bytes) ? .damaged : .sound
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

    private static func checksum(_ bytes: ArraySlice<UInt8>, isBigEndian: Bool) -> (UInt32, UInt32) {
        var (first, second): (UInt32, UInt32) = (0, 0)
        let all = Array(bytes)
        for offset in stride(from: 0, to: all.count, by: 8) {
            let (left, right) = (word(all, at: offset), word(all, at: offset + 4))
            first = first &+ (isBigEndian ? left : left.byteSwapped) &+ second
            second = second &+ (isBigEndian ? right : right.byteSwapped) &+ first
        }
        return (first, second)
    }

    /// Four bytes as a number, the most significant first.
    static func word(_ bytes: [UInt8], at offset: Int) -> UInt32 {
        bytes[offset..<offset + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    }
}
