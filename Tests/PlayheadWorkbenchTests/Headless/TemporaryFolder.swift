import Foundation

/// A folder of its own for one test, gone when the test is.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/playhead-test-\(UInt64.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String = "store.db") -> String { path + "/" + name }

    /// Every file of the folder with its bytes and time of change.
    func contents() throws -> [String: FileState] {
        var all: [String: FileState] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: path) {
            let attributes = try FileManager.default.attributesOfItem(atPath: file(name))
            all[name] = FileState(
                bytes: FileManager.default.contents(atPath: file(name)) ?? Data(),
                changed: attributes[.modificationDate] as? Date)
        }
        return all
    }
}

struct FileState: Equatable {
    var bytes: Data
    var changed: Date?
}
