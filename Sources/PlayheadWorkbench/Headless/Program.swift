import Actors
import EventSourcing
import Inspection
import SQLiteStorage
import Terminal
import Workbench

/// The program with what it works on: its domains, and where it prints.
///
/// Standard output is data, standard error is talk. It belongs to one thread.
final class Program {
    static let version = "0.1.0"

    let name: String
    /// Those that are compiled in, and behind them those of `--fold` and `--machine`, which win.
    private(set) var domains: [Domain]
    let sample: SampleSource?
    /// What is probably not meant in the machine files; it is said, and stands on the screen where there is one.
    private(set) var fileWarnings = Warnings()
    let data: PlainOutput
    let talk: PlainOutput
    /// What was done and must be told where standard output takes nothing; nil where there is no such thing.
    var acknowledgement: DisplayText?
    /// How long the reactions to a command are waited for.
    var reactionPatience = Duration.seconds(30)
    /// How many names were cut, because one long one would fill every line.
    private(set) var cutNames = 0

    /// The columns that a name in a line of text may take: any name of a sound store fits.
    private static let longestName = 512

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
        if cutNames > 0 {
            let are: DisplayText = cutNames == 1 ? "long name was" : "long names were"
            say("\(cutNames) \(are) cut, and \(cutNames == 1 ? "ends" : "end", as: .text) in …; --json has them whole")
        }
        // A reader that has gone wants no more, but it never learned what was done.
        if let error = data.error ?? (data.isClosed && acknowledgement != nil ? .closed : nil) {
            say(Self.clause(of: error) + (acknowledgement.map { "; " + $0 } ?? DisplayText()))
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
        domains += try DomainFiles.domains(of: invocation) { warning in
            say("warning: " + Self.sentence("\(warning)"))
            fileWarnings.add(Warning(time: WallClock().now, sentence: "\(warning)"))
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

    /// Says what the engine warned of, a sentence for each.
    func say(_ warnings: Warnings) {
        for warning in warnings.kept { say("warning: " + Program.sentence(warning.sentence)) }
        if warnings.forgotten > 0 { say("\(warnings.forgotten) warnings came before these, and are left out") }
    }

    private func say(_ error: any Error) { say(Self.clause(of: error)) }

    private static func clause(of error: any Error) -> DisplayText {
        let sentence = "\(error)"
        return Program.sentence(sentence.hasSuffix(".") ? String(sentence.dropLast()) : sentence)
    }

    /// A sentence that may quote a name of any length: its beginning and its end, with the count of what is left out.
    static func sentence(_ text: String) -> DisplayText {
        let utf8 = text.utf8
        guard utf8.count > 3_000 else { return DisplayText(text) }
        // The nearest beginning of a scalar, so that none is cut in two.
        func boundary(_ offset: Int) -> String.Index {
            var index = utf8.index(utf8.startIndex, offsetBy: offset)
            while index.samePosition(in: text.unicodeScalars) == nil { index = utf8.index(before: index) }
            return index
        }
        let (first, last) = (boundary(1_000), boundary(utf8.count - 1_000))
        let omitted = utf8.distance(from: first, to: last)
        return DisplayText(String(text[..<first])) + "⟨… \(omitted) bytes left out⟩"
            + DisplayText(String(text[last...]))
    }

    /// A name in a line of text; one that would fill the line is cut, and said to be when the program ends.
    func name(_ name: String) -> DisplayText {
        let text = DisplayText(name, as: .name)
        guard text.width > Self.longestName else { return text }
        cutNames += 1
        return text.clipped(to: Self.longestName)
    }

    static func code(of error: any Error) -> ExitCode {
        switch error {
        case is UsageError, is CommandError, is RuleFileError: .wrongUse
        case let error as TerminalError: if case .system = error { .unreadable } else { .wrongUse }
        case is NoHit: .findings
        case is ConcurrentModificationError, is WriterFencedError: .conflict
        default: .unreadable
        }
    }
}
