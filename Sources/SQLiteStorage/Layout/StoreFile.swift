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
    }

    let path: String
    var file: Stamp
    var log: Stamp?
    var shared: Stamp?
    var journal: Stamp?

    /// Looks at a path.
    ///
    /// Throws `StoreError`: missing, a folder, permission denied, empty, no database.
    init(_ path: String) throws {
        self.path = path
        var status = stat()
        guard stat(path, &status) == 0 else {
            switch errno {
            case ENOENT, ENOTDIR: throw StoreError(.missing, file: path)
            case EACCES: throw StoreError(.permissionDenied, file: path)
            default: throw StoreError(.inputOutput, file: path, detail: String(cString: strerror(errno)))
            }
        }
        switch status.st_mode & S_IFMT {
        case S_IFDIR: throw StoreError(.folder, file: path)
        case S_IFREG: break
        default: throw StoreError(.notADatabase, file: path, detail: "it is a device or a pipe")
        }
        guard access(path, R_OK) == 0 else { throw StoreError(.permissionDenied, file: path) }
        guard status.st_size > 0 else { throw StoreError(.empty, file: path) }
        file = Stamp(status)
        log = Self.stamp(path + "-wal")
        shared = Self.stamp(path + "-shm")
        journal = Self.stamp(path + "-journal")
    }

    /// The stamp of a file; nil where it is not there.
    static func stamp(_ path: String) -> Stamp? {
        var status = stat()
        return stat(path, &status) == 0 ? Stamp(status) : nil
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

    /// Throws `StoreError.readOnly` when file or folder can't be written by this user.
    func requireWritable() throws {
        guard access(path, W_OK) == 0 else { throw StoreError(.readOnly, file: path, detail: "the file is read-only") }
        guard access(Self.folder(of: path), W_OK | X_OK) == 0 else {
            throw StoreError(
                .readOnly, file: path, detail: "its folder is read-only, and writing needs a log beside it")
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
    }

    /// The same file, whatever is in it.
    func isSameFile(as other: Self?) -> Bool { device == other?.device && node == other?.node }
}
