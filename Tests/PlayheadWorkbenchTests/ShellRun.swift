import Glibc

/// A line that sh ran to its end, without input; its output and its errors are one text.
struct ShellRun {
    /// No process could be started.
    struct Failure: Error {}

    let code: Int32
    let output: String

    init(_ line: String) throws {
        guard let pipe = popen("{ \(line)\n} 2>&1 </dev/null", "re") else { throw Failure() }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = fread(&buffer, 1, buffer.count, pipe)
            if count == 0 { break }
            bytes += buffer.prefix(count)
        }
        code = pclose(pipe) >> 8 & 0xFF
        output = String(decoding: bytes, as: UTF8.self)
    }

    var lines: [String] { output.split(separator: "\n").map(String.init) }

    /// Whether there are programs of these names.
    static func has(_ programs: String...) -> Bool {
        programs.allSatisfy { program in (try? ShellRun("command -v \(program)"))?.code == 0 }
    }
}
