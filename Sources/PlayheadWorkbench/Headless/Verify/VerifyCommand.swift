import EventSourcing
import Glibc
import Inspection
import SQLiteStorage
import Terminal

/// `playhead verify`: everything that is wrong with a store file.
enum VerifyCommand {
    static let description = Subcommand(
        name: "verify", summary: "Check a whole store: its pages, its heads, every event and every snapshot.",
        operands: [.init(name: "FILE")], options: [.json, .raw, .copy, .fold, .machine],
        notes: [
            "The log beside the file is gone through. Every event is compared with its checksum and folded; every snapshot is compared with the fold. The positions of the log are counted, and whatever refers to a stream, an event or a writer is looked up.",
            "It reads with as many threads as there are processors. Exit code 1 says that there are findings.",
        ],
        fields: [
            .init("kind", "what it is: " + FindingKinds.all.joined(separator: ", ")),
            .init("stream", "the stream, where one is concerned"),
            .init("sequenceNumber", "the event, where one is concerned"), .init("message", "what is wrong"),
        ],
        example: "verify Samples/orders.db", run: run)

    /// More readers than this only wait for the disk.
    private static let mostThreads = 8

    @Sendable static func run(_ program: Program, _ invocation: Invocation) throws -> ExitCode {
        let address = try invocation.address(FilePresence.isThere)
        if address.stream != nil { throw UsageError("verify takes a file alone.") }
        let store = try HeadlessStore(address.path, domains: program.domains)
        let json = invocation.has(.json) ? JSONLines(program.data, isRaw: invocation.has(.raw)) : nil
        let report = FindingReport(program, json)
        for problem in store.reader.allProblems { report.write(aboutFile: problem) }
        let totals = try store.reader.totals()
        program.talk.showProgress("checking pages, heads and positions")
        let work = VerifyRun(address.path, domains: program.domains)
        let processors = sysconf(Int32(_SC_NPROCESSORS_ONLN))
        try work.start(threads: min(max(1, Int(processors)), Self.mostThreads))
        var progress = RateReport(of: totals.events, what: "events", on: program.talk)
        while let answers = work.next(milliseconds: 100) {
            for answer in answers {
                switch answer {
                case .structure(let finding): report.write(finding)
                case .finding(let finding): report.write(finding)
                case .lost(let lost): report.write(lost)
                case .pagesDone: report.endPages()
                }
            }
            if program.data.isClosed { work.cancel() }
            progress.show(work.checked.events)
        }
        try work.join()
        if work.isCut { program.say("there are more findings than \(VerifyRun.mostFindings)") }
        let checked = work.checked
        program.say(
            "\(RateReport.grouped(checked.streams)) streams, \(progress.summary(checked.events)): "
                + "\(report.count) finding\(report.count == 1 ? "" : "s", as: .text)")
        return report.count == 0 ? .fine : .findings
    }
}
