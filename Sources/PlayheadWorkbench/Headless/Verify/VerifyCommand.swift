import EventSourcing
import Inspection
import SQLiteStorage
import Terminal

/// `playhead verify`: everything that is wrong with a store file.
enum VerifyCommand {
    static let description = Subcommand(
        name: "verify", summary: "Check a whole store: its pages, its heads, every event and every snapshot.",
        operands: [.init(name: "FILE")], options: [.json, .raw, .copy, .fold],
        notes: [
            "Every event is compared with its checksum and folded; every snapshot is compared with the fold.",
            "Exit code 1 says that there are findings.",
        ],
        fields: [
            .init("kind", "what it is: " + Kinds.all.joined(separator: ", ")),
            .init("stream", "the stream, where one is concerned"),
            .init("sequenceNumber", "the event, where one is concerned"), .init("message", "what is wrong"),
        ],
        example: "verify Samples/orders.db", run: run)

    @Sendable static func run(_ program: Program, _ invocation: Invocation) throws -> ExitCode {
        let address = try invocation.address(FilePresence.isThere)
        if address.stream != nil { throw UsageError("verify takes a file alone.") }
        let store = try HeadlessStore(address.path, domains: program.domains)
        let json = invocation.has(.json) ? JSONLines(program.data, isRaw: invocation.has(.raw)) : nil
        let report = FindingReport(program, json)
        for problem in store.reader.problems { report.write(aboutFile: problem) }
        program.talk.showProgress("checking pages")
        try store.reader.checkPages { report.write($0) }
        report.endPages()
        let totals = try store.reader.totals()
        try store.reader.checkStreams(
            progress: { streams in
                program.talk.showProgress("checking heads: \(streams) of \(totals.streams) streams")
                return program.data.isClosed ? .stop : .next
            }, { report.write($0) })
        let job = store.inspector.findings()
        var progress = RateReport(of: totals.events, what: "events", on: program.talk)
        var written = 0
        var isOver = false
        while !isOver, !program.data.isClosed {
            isOver = try job.step(budget: 4_096) != nil
            for finding in job.findings[written...] { report.write(finding) }
            written = job.findings.count
            progress.show(job.checkedEvents)
        }
        if job.isCut { program.say("there are more findings than \(StoreFindingsJob.mostFindings)") }
        program.say(
            "\(RateReport.grouped(job.checkedStreams)) streams, \(progress.summary(job.checkedEvents)): "
                + "\(report.count) finding\(report.count == 1 ? "" : "s", as: .text)")
        return report.count == 0 ? .fine : .findings
    }
}

/// The names of all kinds of findings.
private enum Kinds {
    static let page = "damaged-page"
    static let orphans = "orphans"
    static var all: [String] { Finding.Kind.allCases.map(\.rawValue) + [page, orphans] }
}

/// Writes findings as they come, each once.
private final class FindingReport {
    private(set) var count = 0
    /// How many of them are about pages: one mistake in a file makes many.
    private var pages = 0
    private let program: Program
    private let json: JSONLines?
    /// What the look at the heads has told already; the look at the events finds it again.
    private var told: Set<Told> = []

    /// As many of SQLite's own findings are lines of text.
    private static let shownPages = 10

    private struct Told: Hashable {
        var kind: Finding.Kind
        var id: PersistenceID
    }

    init(_ program: Program, _ json: JSONLines?) {
        self.program = program
        self.json = json
    }

    func write(_ finding: Finding) {
        if let id = finding.persistenceID, told.contains(Told(kind: finding.kind, id: id)) { return }
        write(finding.kind.rawValue, finding.persistenceID, finding.sequenceNumber, finding.message)
    }

    func write(aboutFile problem: String) { write(Finding.Kind.damaged.rawValue, nil, nil, problem) }

    func write(_ finding: StructuralFinding) -> Visit {
        switch finding {
        case .page(let text):
            pages += 1
            if json == nil, pages > Self.shownPages { count += 1 } else { write(Kinds.page, nil, nil, text) }
        case .count(let id, let head, let found):
            write(.headMismatch, id, nil, "its head counts \(head) events, and there are \(found)")
        case .last(let id, let head, let found):
            write(.headMismatch, id, nil, "its head names #\(head) as the last event, and it is #\(found)")
        case .gap(let id, let from, let through):
            write(.gap, id, from, from == through ? "#\(from) is missing" : "#\(from) through #\(through) are missing")
        case .deletedTo(let id, let head, let deletedTo):
            write(
                .headMismatch, id, nil,
                "its head says that the events up to #\(deletedTo) were deleted, and that #\(head) was the last")
        case .name(let stream): write(.damaged, nil, nil, "the name of stream number \(stream) is damaged")
        case .index(let id): write(.damaged, id, nil, "the index of names does not find the stream")
        case .uncheckable(let what, let error):
            write(.damaged, nil, nil, "\(what) can't be checked: \(error.detail)")
        case .orphans(let stream, let count):
            write(Kinds.orphans, nil, nil, "\(count) events belong to stream \(stream), which the store does not know")
        case .unreadable(let error):
            write(.damaged, error.stream, error.sequenceNumber, "it can't be read: \(error.detail)")
        }
        return program.data.isClosed ? .stop : .next
    }

    /// The check of pages is over: says how many of its findings are not shown, and not looked for.
    func endPages() {
        if json == nil, pages > Self.shownPages {
            program.talk.showProgress(DisplayText())
            program.data.writeLine(
                "\(Kinds.page, as: .text):  and \(pages - Self.shownPages) more of this kind; --json lists them all")
        }
        if pages >= SQLiteReader.mostPageFindings {
            program.say(
                "SQLite's check of pages ends after \(SQLiteReader.mostPageFindings) findings; there may be more")
        }
    }

    private func write(_ kind: Finding.Kind, _ id: PersistenceID?, _ number: Int64?, _ message: String) {
        if let id, kind == .gap || kind == .headMismatch { told.insert(Told(kind: kind, id: id)) }
        write(kind.rawValue, id, number, message)
    }

    private func write(_ kind: String, _ id: PersistenceID?, _ number: Int64?, _ message: String) {
        count += 1
        if let json {
            json.write([
                "kind": .string(kind), "stream": JSONValue(id?.description), "sequenceNumber": JSONValue(number),
                "message": .string(message),
            ])
            return
        }
        program.talk.showProgress(DisplayText())
        var place = DisplayText()
        if let id { place += " " + program.name(id.description) }
        if let number { place += " #\(number)" }
        program.data.writeLine("\(kind):" + place + "  " + Program.sentence(message))
    }
}
