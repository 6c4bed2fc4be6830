internal import Glibc

/// Programs that were built beside the tests.
package enum BuiltProgram {
    /// The path of a program of this package, in the folder of the running tests.
    package static func path(_ name: String) -> String {
        let own = path(of: getpid()) ?? ""
        let folder = own.lastIndex(of: "/").map { own[..<$0] } ?? "."
        return folder + "/" + name
    }

    /// The path of the program that a process runs now; nil where the system does not say.
    package static func path(of process: Int32) -> String? {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/\(process)/exe", &buffer, buffer.count)
        guard count > 0 else { return nil }
        return String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
