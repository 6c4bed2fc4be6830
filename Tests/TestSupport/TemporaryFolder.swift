package import Foundation
internal import Glibc

/// A folder of its own for one test, gone when the test is.
package final class TemporaryFolder: Sendable {
    package let path: String
    private let isOwner: Bool

    /// A new and empty folder.
    package convenience init() throws { try self.init(within: FileManager.default.temporaryDirectory.path) }

    /// A new and empty folder in memory, where a sync costs nothing; on the disk where there is no such place, or one that
    /// is too small for many tests at once.
    package static func inMemory() throws -> TemporaryFolder {
        let shared = "/dev/shm"
        var space = statvfs()
        guard FileManager.default.isWritableFile(atPath: shared), statvfs(shared, &space) == 0,
            UInt64(space.f_bavail) * UInt64(space.f_frsize) >= 1 << 30
        else { return try TemporaryFolder() }
        return try TemporaryFolder(within: shared)
    }

    private init(within parent: String) throws {
        Self.allowManyFiles
        isOwner = true
        path = parent + "/playhead-test-\(UInt64.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    /// Lets this process have as many files open as it may; hundreds of tests have stores open at once, which is more than a
    /// shell gives unless asked.
    private static let allowManyFiles: Void = {
        var limit = rlimit()
        let files = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        guard getrlimit(files, &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        setrlimit(files, &limit)
    }()

    /// A folder that another process has made, and removes.
    package init(at path: String) {
        self.path = path
        isOwner = false
    }

    deinit {
        if isOwner { try? FileManager.default.removeItem(atPath: path) }
    }

    /// The path of a file in the folder.
    package func file(_ name: String = "store.db") -> String { path + "/" + name }

    /// Every file of the folder with its bytes and time of change; what is no plain file has no bytes.
    ///
    /// Reading a file by hand drops the locks that this process has on it, so a writer in the same process must be idle.
    package func contents() throws -> [String: FileState] {
        var all: [String: FileState] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: path) {
            let attributes = try FileManager.default.attributesOfItem(atPath: file(name))
            // Reading a pipe would wait for ever, and a device may never end.
            let isPlain = attributes[.type] as? FileAttributeType == .typeRegular
            all[name] = FileState(
                bytes: isPlain ? FileManager.default.contents(atPath: file(name)) ?? Data() : Data(),
                changed: (attributes[.modificationDate] as? Date)?.timeIntervalSinceReferenceDate)
        }
        return all
    }
}

/// What can be seen of a file from outside.
package struct FileState: Hashable, Sendable {
    package var bytes: Data
    /// When it was changed, in seconds from a fixed moment.
    package var changed: Double?
}
