internal import Glibc

/// What the system knows of the process at the other end.
extension PseudoTerminal {
    /// The processes that it started itself, in the order of starting.
    package var children: [Int32] {
        Self.text(of: "/proc/\(process)/task/\(process)/children").split(separator: " ").compactMap { Int32($0) }
    }

    /// Time on the processor so far, in the kernel's ticks.
    package var processorTicks: Int {
        // The name, in parentheses, may hold spaces; user and system time are the 12th and 13th field behind it.
        let fields = Self.text(of: "/proc/\(process)/stat").split(separator: ")").last?.split(separator: " ")
        guard let fields, fields.count > 12 else { return 0 }
        return (Int(fields[11]) ?? 0) + (Int(fields[12]) ?? 0)
    }

    private static func text(of path: String) -> String {
        guard let file = fopen(path, "r") else { return "" }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = fread(&buffer, 1, buffer.count, file)
            if count == 0 { break }
            bytes += buffer.prefix(count)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
