internal import Glibc

extension StoreFile {
    /// What another process does with the file, by the locks that SQLite takes.
    enum Holder: Hashable {
        /// Nobody keeps anybody from reading.
        case nobody
        /// Somebody is in the middle of a change that is not in the file yet.
        case changing
        /// Somebody keeps everybody else out.
        case exclusive
    }

    /// Looks who holds the file, by the system's list of locks, which is read without touching the file: opening and closing
    /// it by hand would drop this process's own locks on it. Where there is no such list, or the file system shows another
    /// device there than here, nobody is known to hold it.
    ///
    /// The bytes are those of SQLite's file format, section "Locking": pending, reserved, and 510 shared ones from 2^30 on.
    func holder() -> Holder {
        let pending: UInt64 = 1 << 30
        let (reserved, shared) = (pending + 1, pending + 2...pending + 511)
        var holder = Holder.nobody
        for lock in Self.locks() where lock.node == file.node && lock.device == file.device && lock.isWriting {
            if lock.bytes.contains(pending) || lock.bytes.overlaps(shared) { return .exclusive }
            if lock.bytes.contains(reserved) { holder = .changing }
        }
        return holder
    }

    private struct Lock {
        var isWriting: Bool
        var device: UInt64
        var node: UInt64
        var bytes: ClosedRange<UInt64>
    }

    /// The locks of other processes. A line: `1: POSIX  ADVISORY  WRITE 712 fe:00:1837 1073741826 1073742335`.
    private static func locks() -> [Lock] {
        guard let list = fopen("/proc/locks", "re") else { return [] }
        defer { fclose(list) }
        var locks: [Lock] = []
        var line = [CChar](repeating: 0, count: 256)
        while fgets(&line, Int32(line.count), list) != nil {
            let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            let words = text.split { $0 == " " || $0 == "\n" }
            // A line of somebody who waits for a lock has an arrow in it, and one word more.
            // SQLite knows nothing of the locks of `flock` and of leases.
            guard words.count == 8, words[1] == "POSIX" || words[1] == "OFDLCK", let process = Int32(words[4]),
                process != getpid(), let first = UInt64(words[6])
            else { continue }
            let place = words[5].split(separator: ":")
            guard place.count == 3, let major = UInt64(place[0], radix: 16), let minor = UInt64(place[1], radix: 16),
                let node = UInt64(place[2])
            else { continue }
            let last = UInt64(words[7]) ?? .max
            guard first <= last else { continue }
            locks.append(
                Lock(
                    isWriting: words[3] == "WRITE", device: Self.device(major, minor), node: node, bytes: first...last))
        }
        return locks
    }

    /// The two numbers of a device as `stat` gives them in one: glibc's `makedev`.
    private static func device(_ major: UInt64, _ minor: UInt64) -> UInt64 {
        (major & 0xFFFF_F000) << 32 | (major & 0xFFF) << 8 | (minor & 0xFFFF_FF00) << 12 | minor & 0xFF
    }
}
