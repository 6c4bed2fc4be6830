import Actors
import Foundation
import Glibc
import PseudoTerminal
import TestSupport

/// One run of the built program in a process of its own, with no terminal, and what it took.
struct MeasuredRun: Sendable {
    /// The exit code; nil where a signal ended it.
    var code: Int32?
    var data: String
    var talk: String
    /// The most memory that it was seen to have, in bytes.
    var memory: Int
    var time: Duration

    /// Runs it to its end, or for a minute: then it is killed.
    static func of(_ words: [String]) async throws -> MeasuredRun {
        try await withCheckedThrowingContinuation { continuation in
            let thread = OwnThread { continuation.resume(with: Result { try MeasuredRun(words) }) }
            if let thread { thread.detach() } else { continuation.resume(throwing: CocoaError(.featureUnsupported)) }
        }
    }

    private init(_ words: [String]) throws {
        let folder = try TemporaryFolder()
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        for (descriptor, name) in [(STDOUT_FILENO, "data"), (STDERR_FILENO, "talk")] {
            posix_spawn_file_actions_addopen(&actions, descriptor, folder.file(name), O_WRONLY | O_CREAT, 0o600)
        }
        let program = BuiltProgram.path("playhead")
        var arguments: [UnsafeMutablePointer<CChar>?] = ([program] + words).map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var process = pid_t()
        let start = ContinuousClock.now
        guard posix_spawn(&process, program, &actions, nil, &arguments, environ) == 0 else {
            throw CocoaError(.executableLoad)
        }
        var (status, most): (Int32, Int) = (0, 0)
        // What a process had at most goes with it, so it is looked at while it runs.
        while waitpid(process, &status, WNOHANG) == 0 {
            most = max(most, Self.memory(of: process, running: program))
            if ContinuousClock.now - start > .seconds(60) { kill(process, SIGKILL) }
            poll(nil, 0, 2)
        }
        time = ContinuousClock.now - start
        memory = most
        code = status & 0x7F == 0 ? status >> 8 & 0xFF : nil
        data = try String(contentsOfFile: folder.file("data"), encoding: .utf8)
        talk = try String(contentsOfFile: folder.file("talk"), encoding: .utf8)
    }

    /// The most that a process has had so far; 0 where the system does not say, and before it runs the program: until
    /// then its memory is that of the tests.
    private static func memory(of process: pid_t, running program: String) -> Int {
        guard BuiltProgram.path(of: process) == program,
            let status = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8),
            let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") })
        else { return 0 }
        return (line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap { Int($0) } ?? 0)
            << 10
    }
}
