import Glibc

/// A folder that is gone when the measuring is done.
final class TemporaryFolder {
    let path: String

    init() throws {
        var template = Array("/tmp/playhead-bench-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw BenchError(reason: "no temporary folder could be made") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    deinit {
        if let folder = opendir(path) {
            while let entry = readdir(folder) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                unlink("\(path)/\(name)")
            }
            closedir(folder)
        }
        rmdir(path)
    }
}
