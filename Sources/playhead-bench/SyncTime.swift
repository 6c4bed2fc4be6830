import Glibc

/// What the disk itself takes for a commit: pages that are written over, and synced.
final class SyncTime {
    /// About as many as the log of one commit of 128 events in as many streams.
    static let pages = 128

    private static let pageSize = 4_096
    private let descriptor: Int32
    private let page = [UInt8](repeating: 0x5A, count: pageSize)

    init(_ path: String) throws {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw BenchError(reason: "\(path) can't be made") }
        _ = try measure()
    }

    deinit { close(descriptor) }

    /// Writes the pages and waits for them; milliseconds of the sync alone.
    func measure() throws -> Double {
        for number in 0..<Self.pages {
            let place = off_t(number * Self.pageSize)
            guard pwrite(descriptor, page, Self.pageSize, place) == Self.pageSize else {
                throw BenchError(reason: "a page can't be written")
            }
        }
        let start = ContinuousClock.now
        guard fdatasync(descriptor) == 0 else { throw BenchError(reason: "nothing can be synced") }
        return (ContinuousClock.now - start) / .milliseconds(1)
    }
}
