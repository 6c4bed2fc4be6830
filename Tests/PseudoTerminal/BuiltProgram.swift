internal import Glibc

/// Programs that were built beside the tests.
package enum BuiltProgram {
    /// The path of a program of this package, in the folder of the running tests.
    package static func path(_ name: String) -> String {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        let own = String(decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let folder = own.lastIndex(of: "/").map { own[..<$0] } ?? "."
        return folder + "/" + name
    }
}
