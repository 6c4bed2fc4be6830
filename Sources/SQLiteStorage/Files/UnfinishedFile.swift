internal import EventSourcing
internal import Glibc

/// A new file under a name of its own, which gets the name that was asked for when it is complete and synced.
enum UnfinishedFile {
    /// The name that a file has until it is complete.
    static func path(of path: String) -> String { path + ".unfinished" }

    /// Makes a file; where `fill` throws, nothing of it stays.
    ///
    /// Throws `StoreError`: `alreadyThere`, `folder`, and what `fill` throws, with the name that was asked for.
    static func make(_ path: String, _ fill: (String) throws -> Void) throws {
        try StoreFile.requireNothing(at: path)
        let hold = try UnfinishedHold(path)
        defer { withExtendedLifetime(hold) {} }
        let unfinished = self.path(of: path)
        remove(unfinished)
        do {
            try fill(unfinished)
            try finish(path)
        } catch {
            remove(unfinished)
            throw named(error, path)
        }
    }

    /// Gives a complete file its name; never over one that somebody has made meanwhile.
    static func finish(_ path: String) throws {
        let unfinished = self.path(of: path)
        try sync(unfinished)
        guard link(unfinished, path) == 0 || (errno != EEXIST && rename(unfinished, path) == 0) else {
            if errno == EEXIST { throw StoreError(.alreadyThere, file: path) }
            throw StoreError(.inputOutput, file: path, detail: String(cString: strerror(errno)))
        }
        unlink(unfinished)
        try sync(StoreFile.folder(of: path))
    }

    /// Removes an unfinished store with what lies beside it.
    static func remove(_ unfinished: String) {
        for suffix in ["", "-journal", "-wal", "-shm"] { unlink(unfinished + suffix) }
    }

    /// An error that names the file as it was asked for, and says of a folder that is missing or read-only what it is.
    static func named(_ error: any Error, _ path: String) -> any Error {
        guard var error = error as? StoreError else { return error }
        if error.file == nil || error.file == self.path(of: path) { error.file = path }
        guard error.reason == .inputOutput, error.file == path else { return error }
        if StoreFile.stamp(StoreFile.folder(of: path)) == nil {
            return StoreError(.missing, file: StoreFile.folder(of: path))
        }
        if access(StoreFile.folder(of: path), W_OK) != 0 {
            return StoreError(.readOnly, file: path, detail: "its folder is read-only")
        }
        return error
    }

    private static func sync(_ path: String) throws {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw StoreError(.inputOutput, file: path) }
        defer { Glibc.close(descriptor) }
        guard fsync(descriptor) == 0 else { throw StoreError(.inputOutput, file: path) }
    }
}
