import Actors
import EventSourcing
import Foundation
import Inspection
import SQLiteStorage
import SampleDomain
import Terminal
import TestSupport

@testable import PlayheadWorkbench

/// What one run of the program printed, and how it ended.
struct ProgramRun {
    var code: ExitCode
    var data: String
    var talk: String

    var lines: [String] { data.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init) }

    /// The standard output's lines as JSON objects.
    func objects() throws -> [JSONObject] {
        try lines.map { line in
            guard case .object(let object) = try JSONReader().read(Array(line.utf8)).value else {
                throw CocoaError(.propertyListReadCorrupt)
            }
            return object
        }
    }
}

/// Runs the program in this process, with its output in files that are taken for pipes or for terminals.
func playhead(_ words: String..., terminal: Bool = false) async throws -> ProgramRun {
    try await playhead(words, terminal: terminal)
}

/// Runs the program with a standard output of its own, which takes what it takes; what it says on standard error.
func playhead(_ words: [String], data: Int32) async throws -> (code: ExitCode, talk: String) {
    try await withCheckedThrowingContinuation { continuation in
        let thread = OwnThread {
            continuation.resume(
                with: Result {
                    let folder = try TemporaryFolder()
                    let talk = try capture(folder.file("talk"))
                    defer { close(talk) }
                    let code = try run(words, data: data, talk: talk, terminal: false)
                    return (code, try String(contentsOfFile: folder.file("talk"), encoding: .utf8))
                })
        }
        if let thread { thread.detach() } else { continuation.resume(throwing: CocoaError(.featureUnsupported)) }
    }
}

func playhead(
    _ words: [String], terminal: Bool = false, domains: [Domain]? = nil,
    with settings: @escaping @Sendable (Program) -> Void = { _ in }
) async throws -> ProgramRun {
    // On a thread of its own: the program blocks where it waits, and a blocked pool answers nobody.
    try await withCheckedThrowingContinuation { continuation in
        let thread = OwnThread {
            continuation.resume(with: Result { try run(words, terminal: terminal, domains: domains, with: settings) })
        }
        if let thread { thread.detach() } else { continuation.resume(throwing: CocoaError(.featureUnsupported)) }
    }
}

private func run(
    _ words: [String], terminal: Bool, domains: [Domain]?, with settings: (Program) -> Void
) throws -> ProgramRun {
    let folder = try TemporaryFolder()
    let (data, talk) = (try capture(folder.file("data")), try capture(folder.file("talk")))
    defer {
        close(data)
        close(talk)
    }
    let code = try run(words, data: data, talk: talk, terminal: terminal, domains: domains, with: settings)
    return ProgramRun(
        code: code, data: try String(contentsOfFile: folder.file("data"), encoding: .utf8),
        talk: try String(contentsOfFile: folder.file("talk"), encoding: .utf8))
}

private func run(
    _ words: [String], data: Int32, talk: Int32, terminal: Bool, domains: [Domain]? = nil,
    with settings: (Program) -> Void = { _ in }
) throws -> ExitCode {
    let program = Program(
        name: "playhead", domains: try domains ?? SampleDomains.all(), sample: .orders,
        data: PlainOutput(descriptor: data, isTerminal: terminal),
        talk: PlainOutput(descriptor: talk, isTerminal: terminal))
    settings(program)
    return program.run(words)
}

private func capture(_ path: String) throws -> Int32 {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    if descriptor < 0 { throw CocoaError(.fileWriteUnknown) }
    return descriptor
}

extension SampleSource {
    static let orders = SampleSource(
        { request in
            var history = try SampleHistory(
                SampleHistory.Plan(
                    events: request.events, streams: request.streams, seed: request.seed, purchases: request.machines))
            return History(writers: history.writers) {
                switch try history.next() {
                case .event(let event): .event(event)
                case .snapshot(let snapshot): .snapshot(snapshot)
                case nil: nil
                }
            }
        },
        carryingOut: { request, store in
            try Fulfilment.happen(
                request.processes, in: store, seed: request.seed, startingAt: SampleHistory.Plan(events: 0).start)
        })
}
