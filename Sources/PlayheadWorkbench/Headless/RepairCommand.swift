import Actors
import EventSourcing
import Glibc
import SQLiteStorage
import Terminal

/// `playhead repair`: a new store file with all that can be read of a damaged one.
enum RepairCommand {
    static let description = Subcommand(
        name: "repair",
        summary: "Make a new store of all that can be read of a damaged one; the old file stays as it is.",
        operands: [.init(name: "FILE"), .init(name: "NEW")], options: [.yes, .json, .raw, .copy],
        notes: [
            "First it shows what is lost and what it would do, and then it asks; --yes answers for scripts. Without a yes nothing is written, and the exit code is 1. What it would do is worked out in a temporary file of SQLite's that has no name; SQLITE_TMPDIR says in which folder.",
            "Every row that can be read is taken over, names that only an index still has too. Heads, positions and indexes are made anew; events that do not fit their checksums are kept and quarantined, so that recovery leaves them out; snapshots that do not are left out.",
            "Beside the new file stands a record, NEW.repair.jsonl, with a line for each step.",
        ],
        fields: [
            .init("kind", "what it is about, as in lost-rows, head, index, quarantined"),
            .init("stream", "the stream, where one is concerned"), .init("message", "what was found and is done"),
        ],
        example: "repair damaged.db repaired.db", run: run)

    /// As many steps are lines of text; the record has all of them.
    private static let shownSteps = 100

    @Sendable static func run(_ program: Program, _ invocation: Invocation) throws -> ExitCode {
        let address = try invocation.address(FilePresence.isThere)
        if address.stream != nil { throw UsageError("repair takes files alone.") }
        let target = invocation.operands[1]
        if target.isEmpty { throw UsageError("repair: an empty name names no file.") }
        let signals = HeldSignals()
        var report = RateReport(of: nil, what: "rows", on: program.talk)
        func note(_ rows: Int64) -> Visit {
            report.show(rows)
            return signals.hasCome ? .stop : .next
        }
        // Without a yes from the start nothing is written before there is one.
        let shown = invocation.has(.yes) ? nil : try StoreRepair.survey(address.path, for: target, progress: note)
        if let shown {
            guard tell(shown, report, of: address.path, invocation, program) else { return .fine }
            guard isWanted(target, program, until: signals) else {
                program.say("nothing was written; --yes writes \(target, as: .name)")
                return .findings
            }
            report = RateReport(of: nil, what: "rows", on: program.talk)
        }
        let repair = try StoreRepair(address.path, into: target, progress: note)
        if let shown {
            program.talk.showProgress(DisplayText())
            guard shown == repair.survey else {
                throw StoreError(
                    .busy, file: address.path, detail: "it was written since that was shown; repair it again")
            }
        } else {
            guard tell(repair.survey, report, of: address.path, invocation, program) else { return .fine }
        }
        try repair.finish(by: "\(program.name) \(Program.version)", at: WallClock().now, of: invocation.original)
        program.say(
            "\(target, as: .name) is written, and \(StoreRepair.record(of: target), as: .name) says how; "
                + "\(address.path, as: .name) is as it was")
        return .fine
    }

    /// Tells what is found, and answers whether there is anything to do.
    private static func tell(
        _ survey: RepairSurvey, _ report: RateReport, of path: String, _ invocation: Invocation, _ program: Program
    ) -> Bool {
        show(survey.steps, of: survey.stepCount, invocation, program)
        let summary = report.summary(survey.rows)
        if survey.steps.isEmpty {
            program.say("\(path, as: .name): \(summary); there is nothing to repair, and nothing was written")
            return false
        }
        let count = survey.stepCount
        program.say("\(path, as: .name): \(summary); \(count) step\(count == 1 ? "" : "s", as: .text)")
        return true
    }

    private static func show(_ steps: [RepairStep], of count: Int, _ invocation: Invocation, _ program: Program) {
        program.talk.showProgress(DisplayText())
        if count > steps.count {
            program.say("there are \(count) steps; the first \(steps.count) of them are told and recorded")
        }
        if invocation.has(.json) {
            let lines = JSONLines(program.data, isRaw: invocation.has(.raw))
            for step in steps {
                lines.write([
                    "kind": .string(step.kind), "stream": JSONValue(step.persistenceID?.description),
                    "message": .string(step.sentence),
                ])
            }
            return
        }
        for step in steps.prefix(shownSteps) {
            var place = DisplayText()
            if let id = step.persistenceID { place += " " + program.name(id.description) }
            program.data.writeLine("\(step.kind, as: .text):" + place + "  " + Program.sentence(step.sentence))
        }
        if steps.count > shownSteps {
            program.data.writeLine(
                "and \(steps.count - shownSteps) more; --json lists them all, and so does the record")
        }
    }

    /// Asks; nobody is asked who is not there, and a signal answers no.
    private static func isWanted(_ target: String, _ program: Program, until signals: borrowing HeldSignals) -> Bool {
        guard program.talk.isTerminal, isatty(0) == 1 else { return false }
        program.data.flush()
        program.talk.write("Write \(target, as: .name)? [y/N] ")
        program.talk.flush()
        var input = pollfd(fd: 0, events: Int16(POLLIN), revents: 0)
        while poll(&input, 1, 100) <= 0 {
            if signals.hasCome { return false }
        }
        return ["y", "yes"].contains(readLine()?.lowercased())
    }
}
