internal import EventSourcing
internal import Glibc

/// Keeps any other call, of this process or another, from making the same file until it goes.
///
/// It holds a lock on an empty file beside the unfinished one: SQLite loses its own locks on a file that somebody else opens
/// and closes.
final class UnfinishedHold {
    private let name: String
    private let descriptor: Int32

    /// Throws `StoreError.busy` where somebody else is making the file.
    init(_ path: String) throws {
        name = UnfinishedFile.path(of: path) + ".lock"
        while true {
            let opened = Glibc.open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
            // Where nothing can be made, whoever makes the file itself says why.
            guard opened >= 0 else {
                descriptor = -1
                return
            }
            guard flock(opened, LOCK_EX | LOCK_NB) == 0 else {
                let isHeld = errno == EWOULDBLOCK
                close(opened)
                if isHeld { throw StoreError(.busy, file: path, detail: "another call is making it") }
                descriptor = -1
                return
            }
            // One that was removed before it was locked keeps nobody out.
            var (own, there) = (stat(), stat())
            if fstat(opened, &own) == 0, stat(name, &there) == 0, own.st_ino == there.st_ino, own.st_dev == there.st_dev
            {
                descriptor = opened
                return
            }
            close(opened)
        }
    }

    deinit {
        guard descriptor >= 0 else { return }
        unlink(name)
        close(descriptor)
    }
}
