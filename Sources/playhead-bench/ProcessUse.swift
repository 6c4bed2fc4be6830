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
    static var ownMebibytes: Double { ownMebibytes(of: "self") }

    /// Runs a program and answers the most that it had for itself, as far as looking every millisecond shows.
    static func mostOwnMebibytes(of program: String, _ arguments: [String]) throws -> Double {
        var words = ([program] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for stream in [STDOUT_FILENO, STDERR_FILENO] {
            posix_spawn_file_actions_addopen(&actions, stream, "/dev/null", O_WRONLY, 0)
        }
        var process: pid_t = 0
        guard posix_spawn(&process, program, &actions, nil, &words, environ) == 0 else {
            throw BenchError(reason: "\(program) can't be started")
        }
        var (most, status) = (0.0, Int32(0))
        while waitpid(process, &status, WNOHANG) == 0 {
            let own = ownMebibytes(of: "\(process)")
            if own.isFinite { most = max(most, own) }
            usleep(1_000)
        }
        // With 1 it has found something, which is there in every sample.
        guard status == 0 || status == 1 << 8 else {
            throw BenchError(reason: "\(program) \(arguments[0]) ended with \(status)")
        }
        return most
    }

    private static func ownMebibytes(of process: String) -> Double {
        let line = contents("/proc/\(process)/status").split(separator: "\n").first { $0.hasPrefix("RssAnon:") }
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
