internal import CSQLite
internal import EventSourcing
internal import Glibc

/// What the file system says of a store file and of what lies beside it, without opening any of them.
///
/// A file that this process has open in SQLite must never be opened and closed by hand: that would drop its locks.
struct StoreFile: Hashable {
    /// One file as it was at a moment; another one in its place, or with other bytes, differs.
    struct Stamp: Hashable {
        var device: UInt64
        var node: UInt64
        var size: Int64
        var seconds: Int64
        var nanoseconds: Int64
        var kind = Kind.file

        var isFolder: Bool { kind == .folder }
    }

    /// What stands under a name.
    enum Kind: String, Hashable {
        case file = "a file"
        case folder = "a folder"
        case other = "a device or a pipe"
    }

    /// The path as it was given, for messages.
    let path: String
    /// Where the file really lies, links followed: its log lies beside it there.
    let place: String
    var file: Stamp
    var log: Stamp?
    var shared: Stamp?
    var journal: Stamp?

    /// Looks at a path.
    ///
    /// Throws `StoreError`: missing, a folder, permission denied, empty, no database, and `inputOutput` where something
    /// else than a file stands in the place of its log or journal.
    init(_ path: String) throws {
        self.path = path
        place = Self.place(of: path)
        var status = stat()
        guard stat(path, &status) == 0 else {
            switch errno {
            case ENOENT, ENOTDIR: throw StoreError(.missing, file: path)
            case EACCES: throw StoreError(.permissionDenied, file: path)
            default: throw StoreError(.inputOutput, file: path, detail: String(cString: strerror(errno)))
            }
        }
        switch Stamp(status).kind {
        case .folder: throw StoreError(.folder, file: path)
        case .file: break
        case .other: throw StoreError(.notADatabase, file: path, detail: "it is \(Kind.other.rawValue)")
        }
        guard access(path, R_OK) == 0 else { throw StoreError(.permissionDenied, file: path) }
        guard status.st_size > 0 else { throw StoreError(.empty, file: path) }
        guard status.st_size >= Self.shortest else {
            let bytes = status.st_size == 1 ? "1 byte" : "\(status.st_size) bytes"
            throw StoreError(.notADatabase, file: path, detail: "it has \(bytes), too short for one")
        }
        file = Stamp(status)
        log = Self.stamp(place + "-wal")
        shared = Self.stamp(place + "-shm")
        journal = Self.stamp(place + "-journal")
        // Opening a pipe would wait for whoever writes into it.
        for (stamp, suffix, what) in [(log, "-wal", "its log"), (journal, "-journal", "its journal")] {
            guard let kind = stamp?.kind, kind != .file else { continue }
            throw StoreError(
                .inputOutput, file: path,
                detail: "'\(Self.name(of: place))\(suffix)' is \(kind.rawValue), and \(what) is a file")
        }
    }

    /// The bytes of an SQLite database's header (<https://www.sqlite.org/fileformat.html>).
    private static let shortest = 100

    /// Which file beside a store keeps this user from opening it, as a clause; nil where it is none of them.
    static func obstacle(_ path: String, forWriting: Bool = false) -> String? {
        let path = place(of: path)
        for (suffix, what) in [("-wal", "its log"), ("-shm", "the index of its log")] {
            let name = "'\(name(of: path))\(suffix)'"
            guard let stamp = stamp(path + suffix) else { continue }
            if stamp.kind != .file { return "\(name) is \(stamp.kind.rawValue), and \(what) is a file" }
            if faccessat(AT_FDCWD, path + suffix, R_OK, AT_EACCESS) != 0 {
                return "\(name), \(what), may not be read by this user"
            }
            if forWriting, faccessat(AT_FDCWD, path + suffix, W_OK, AT_EACCESS) != 0 {
                return "\(name), \(what), may not be written by this user"
            }
        }
        return nil
    }

    /// The stamp of a file; nil where it is not there.
    static func stamp(_ path: String) -> Stamp? {
        var status = stat()
        return stat(path, &status) == 0 ? Stamp(status) : nil
    }

    /// Throws `StoreError` where a new file can't be made because of what is there: `folder` or `alreadyThere`.
    static func requireNothing(at path: String) throws {
        guard let there = stamp(path) else { return }
        throw StoreError(there.isFolder ? .folder : .alreadyThere, file: path)
    }

    /// Where a file really lies, links followed, as SQLite follows them; the path itself where there is none.
    static func place(of path: String) -> String {
        guard let found = realpath(path, nil) else { return path }
        defer { free(found) }
        return String(cString: found)
    }

    /// The folder that a path lies in.
    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// A path's last part.
    static func name(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return path }
        return String(path[path.index(after: slash)...])
    }

    /// Throws `StoreError.readOnly` when the file, its folder, or the log can't be written by this user.
    func requireWritable() throws {
        guard access(path, W_OK) == 0 else { throw StoreError(.readOnly, file: path, detail: "the file is read-only") }
        guard access(Self.folder(of: place), W_OK | X_OK) == 0 else {
            throw StoreError(
                .readOnly, file: path, detail: "its folder is read-only, and writing needs a log beside it")
        }
        if let obstacle = Self.obstacle(path, forWriting: true) {
            throw StoreError(.readOnly, file: path, detail: obstacle)
        }
    }
}

extension StoreFile.Stamp {
    fileprivate init(_ status: stat) {
        device = UInt64(status.st_dev)
        node = UInt64(status.st_ino)
        size = Int64(status.st_size)
        seconds = Int64(status.st_mtim.tv_sec)
        nanoseconds = Int64(status.st_mtim.tv_nsec)
        kind =
            switch status.st_mode & S_IFMT {
            case S_IFREG: .file
            case S_IFDIR: .folder
            default: .other
            }
    }

    /// The same file, whatever is in it.
    func isSameFile(as other: Self?) -> Bool { device == other?.device && node == other?.node }
}
