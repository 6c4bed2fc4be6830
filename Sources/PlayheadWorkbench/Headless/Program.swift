import EventSourcing
import Inspection
import SQLiteStorage
import Terminal

/// The program with what it works on: its domains, and where it prints.
///
/// Standard output is data, standard error is talk. It belongs to one thread.
final class Program {
    static let version = "0.1.0"

    let name: String
    let domains: [Domain]
    let sample: SampleSource?
    let data: PlainOutput
    let talk: PlainOutput

    init(name: String, domains: [Domain], sample: SampleSource?, data: PlainOutput, talk: PlainOutput) {
        self.name = name
        self.domains = domains
        self.sample = sample
        self.data = data
        self.talk = talk
    }

    /// Does what a command line says; every failure is one sentence on standard error.
    func run(_ arguments: [String]) -> ExitCode {
        var code: ExitCode
        do {
            code = try perform(arguments)
        } catch {
            talk.showProgress(DisplayText())
            say(error)
            code = Self.code(of: error)
        }
        data.flush()
        if let error = data.error {
            say(error)
            code = .unreadable
        }
        talk.flush()
        return code
    }

    private func perform(_ arguments: [String]) throws -> ExitCode {
        let reader = ArgumentReader(
            subcommands: Subcommands.all, workbench: Subcommands.workbench, exists: FilePresence.isThere)
        let invocation = try reader.read(arguments)
        if invocation.has(.version) {
            data.writeLine("\(name) \(Self.version)")
            return .fine
        }
        if invocation.has(.help) {
            HelpText(program: name).write(about: invocation.subcommand, to: data)
            return .fine
        }
        return try runOnCopyWhereNeeded(invocation)
    }

    /// Says a sentence on standard error.
    func say(_ sentence: DisplayText) {
        // On a terminal both are one; what was printed before stands before.
        data.flush()
        talk.showProgress(DisplayText())
        talk.writeLine("\(name): \(sentence)")
        talk.flush()
    }

    private func say(_ error: any Error) {
        let sentence = "\(error)"
        say(DisplayText(sentence.hasSuffix(".") ? String(sentence.dropLast()) : sentence))
    }

    static func code(of error: any Error) -> ExitCode {
        switch error {
        case is UsageError, is CommandError: .wrongUse
        case let error as TerminalError: if case .system = error { .unreadable } else { .wrongUse }
        case is NoHit: .findings
        case is ConcurrentModificationError, is WriterFencedError: .conflict
        default: .unreadable
        }
    }
}
