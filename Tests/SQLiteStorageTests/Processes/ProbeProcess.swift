import Glibc
import PseudoTerminal

/// A running `writer-probe`, told a line at a time.
final class ProbeProcess {
    private let process: pid_t
    private let input: Int32
    private let output: Int32
    private var unread: [UInt8] = []

    /// How long an answer may take, in milliseconds; nothing takes long, unless it hangs or the machine does much else.
    private static let patience: Int32 = 600_000

    /// Starts it on a file.
    ///
    /// - Parameter wrapper: a program with arguments that starts it in its turn; none where it is started at once.
    init(on path: String, by wrapper: [String] = []) throws {
        Self.outliveBrokenPipes
        // Each pipe's own end is closed in the child, so that each end has one holder.
        let (toChild, fromChild) = (try Self.pipe(), try Self.pipe())
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // A program whose test is gone ends when it says something.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
        posix_spawn_file_actions_adddup2(&actions, toChild.read, STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, fromChild.write, STDOUT_FILENO)
        let program = BuiltProgram.path("writer-probe")
        let words = wrapper + [program, path]
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var started = pid_t()
        let failure = posix_spawnp(&started, words[0], &actions, &attributes, &arguments, environ)
        close(toChild.read)
        close(fromChild.write)
        guard failure == 0 else { throw ProbeFailure("it can't be started: \(String(cString: strerror(failure)))") }
        (process, input, output) = (started, toChild.write, fromChild.read)
    }

    /// Who tells a program something that has ended is told so, and does not end too.
    private static let outliveBrokenPipes: Void = { _ = signal(SIGPIPE, SIG_IGN) }()

    /// Ends the program, which has nothing left to do once nobody tells it anything.
    deinit {
        close(input)
        close(output)
        kill(process, SIGKILL)
        var status: Int32 = 0
        waitpid(process, &status, 0)
    }

    /// Tells a line, and answers what comes back.
    func ask(_ line: String) throws -> String {
        try tell(line)
        return try answer(to: line)
    }

    /// Tells a line, and does not wait for what comes back.
    func tell(_ line: String) throws {
        let bytes = Array("\(line)\n".utf8)
        guard write(input, bytes, bytes.count) == bytes.count else {
            throw ProbeFailure("it does not listen to '\(line)'")
        }
    }

    /// Kills it where it stands, and answers the lines that it had said by then and that nobody has read.
    func end() -> [String] {
        kill(process, SIGKILL)
        var lines: [String] = []
        while let line = try? answer(to: "") { lines.append(line) }
        return lines
    }

    /// Stops all of its threads where they are, and returns when they stand still.
    func stop() throws {
        kill(process, SIGSTOP)
        var status: Int32 = 0
        guard waitpid(process, &status, WUNTRACED) == process else { throw ProbeFailure("it can't be stopped") }
    }

    /// Lets all of its threads go on.
    func goOn() { kill(process, SIGCONT) }

    /// Answers what comes back to a line that was told.
    func answer(to line: String) throws -> String {
        while true {
            if let end = unread.firstIndex(of: UInt8(ascii: "\n")) {
                defer { unread.removeFirst(end + 1) }
                return String(decoding: unread[..<end], as: UTF8.self)
            }
            var waiting = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
            var buffer = [UInt8](repeating: 0, count: 4_096)
            guard poll(&waiting, 1, Self.patience) == 1 else { throw ProbeFailure("it gives no answer to '\(line)'") }
            let count = read(output, &buffer, buffer.count)
            guard count > 0 else { throw ProbeFailure("it ends without an answer to '\(line)'") }
            unread += buffer.prefix(count)
        }
    }

    /// Two ends that no other program that is started gets.
    private static func pipe() throws -> (read: Int32, write: Int32) {
        var ends: [Int32] = [-1, -1]
        guard Glibc.pipe(&ends) == 0 else { throw ProbeFailure("there is no pipe for it") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }
}

/// The probe did not do what it was told.
struct ProbeFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = "writer-probe: \(description)" }
}
