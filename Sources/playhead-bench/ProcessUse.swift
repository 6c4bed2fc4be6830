import Glibc

/// What a process uses of the machine.
enum ProcessUse {
    /// The memory that a process has in use.
    static func residentMebibytes(of process: Int32) -> Double {
        let words = contents("/proc/\(process)/statm").split(separator: " ")
        guard words.count > 1, let pages = Double(words[1]) else { return .infinity }
        return pages * Double(sysconf(Int32(_SC_PAGESIZE))) / 1_048_576
    }

    /// The memory that this process has for itself: without its files, which the system can take away at any time.
    static var ownMebibytes: Double {
        let line = contents("/proc/self/status").split(separator: "\n").first { $0.hasPrefix("RssAnon:") }
        let words = (line ?? "").split(whereSeparator: { $0 == " " || $0 == "\t" })
        guard words.count > 1, let kibibytes = Double(words[1]) else { return .infinity }
        return kibibytes / 1_024
    }

    /// Time on a core, of all threads, in the system's ticks.
    static func ticks(of process: Int32) -> Double {
        let words = contents("/proc/\(process)/stat").split(separator: " ")
        guard words.count > 14, let user = Double(words[13]), let system = Double(words[14]) else { return .infinity }
        return user + system
    }

    private static func contents(_ path: String) -> String {
        guard let file = fopen(path, "r") else { return "" }
        defer { fclose(file) }
        var buffer = [UInt8](repeating: 0, count: 4_096)
        let count = fread(&buffer, 1, buffer.count, file)
        return String(decoding: buffer.prefix(count), as: UTF8.self)
    }
}
