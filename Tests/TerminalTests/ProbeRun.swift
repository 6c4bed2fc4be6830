import Glibc
import PseudoTerminal

/// The probe in a pseudo-terminal, with the file that it writes its inputs to.
final class ProbeRun {
    let terminal: PseudoTerminal
    private let log: String

    init(columns: Int = 80, rows: Int = 24, environment: [String: String] = [:]) throws {
        log = try Self.makeLog()
        terminal = try PseudoTerminal(
            BuiltProgram.path("terminal-probe"), [log], columns: columns, rows: rows, environment: environment)
    }

    /// Runs the probe as a job of a shell with job control, as a person has it.
    init(underShell script: String) throws {
        log = try Self.makeLog()
        terminal = try PseudoTerminal(
            "/bin/sh", ["-c", script],
            environment: ["PROBE": BuiltProgram.path("terminal-probe"), "PROBE_LOG": log])
    }

    deinit { unlink(log) }

    /// What the probe has noted, a line for each input.
    var notes: [String] {
        Self.text(of: log).split(separator: "\n").map(String.init)
    }

    private static func text(of path: String) -> String {
        guard let file = fopen(path, "r") else { return "" }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = fread(&buffer, 1, buffer.count, file)
            if count == 0 { break }
            bytes += buffer.prefix(count)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The first process that the shell started.
    var childProcess: Int32? { terminal.children.first }

    /// Time on the processor so far, in the kernel's ticks.
    var processorTicks: Int { terminal.processorTicks }

    private static func makeLog() throws -> String {
        var name = Array("/tmp/terminal-probe-XXXXXX".utf8CString)
        let descriptor = mkstemp(&name)
        guard descriptor >= 0 else { throw PseudoTerminalError.cannotOpen(code: errno) }
        close(descriptor)
        return String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
