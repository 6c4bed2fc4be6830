import EventSourcing
import SQLiteStorage
import Terminal

/// `playhead export`: a whole store as lines of JSON.
enum ExportCommand {
    static let description = Subcommand(
        name: "export", summary: "Write a whole store as lines of JSON, which 'import' makes a store of again.",
        operands: [.init(name: "FILE")], options: [.to, .copy],
        notes: [
            "The store is only looked at, and the lines are of one moment, also while it is written.",
            "An export to a file that is interrupted goes on where it was when it is called again; what changed in the store meanwhile is written anew.",
            "The first line says which store it is. Each other line is a row: 'table' names the table, the other members are its columns. Streams, types and writers stand by their names, ids as ULIDs, times as microseconds since 1970 in UTC.",
            "Bytes such as payloads are objects: 'json' where the JSON without spaces is exactly the bytes, else 'text' where they are UTF-8, else 'base64'. Content that would take a line too much memory to be read again takes a later one of these forms.",
            "Rows come table by table, events last and by rising positions. The last line has the count of the lines before it and a digest of them.",
            "A damaged row has one member more, the 'checksum' that is stored and that it does not fit; an import takes it as it is. A row that refers to what is not there ends the export; 'repair' makes a store without such.",
        ],
        example: "export Samples/orders.db --to /tmp/orders.jsonl", run: run)

    @Sendable static func run(_ program: Program, _ invocation: Invocation) throws -> ExitCode {
        let address = try invocation.address(FilePresence.isThere)
        if address.stream != nil { throw UsageError("export takes a file alone.") }
        if invocation.text(.to) == "" { throw UsageError("export: an empty name names no file.") }
        let store = try program.openStore(address.path)
        // The rest is little beside the events.
        let total = try store.reader.totals()
        var report = RateReport(of: total.events + total.streams, what: "lines", on: program.talk)
        guard let target = invocation.text(.to) else { return try writeOut(store, &report, program) }
        let signals = HeldSignals()
        let done: SQLiteReader.LinesProgress
        do {
            done = try store.reader.exportLines(to: target) { progress in
                report.show(progress.lines)
                return signals.hasCome ? .stop : .next
            }
        } catch let error as StoreError where error.reason == .cancelled {
            program.say("\(target, as: .name) is not complete; the same command goes on where it was")
            return .unreadable
        }
        if done.kept > 0 {
            program.say("\(RateReport.grouped(done.kept)) lines of an interrupted export were there already")
        }
        program.say("\(target, as: .name): \(report.summary(done.lines))")
        return .fine
    }

    private static func writeOut(
        _ store: HeadlessStore, _ report: inout RateReport, _ program: Program
    ) throws -> ExitCode {
        var lines: Int64 = 0
        var isOver = false
        do {
            try store.reader.exportLines { line in
                program.data.writeRaw(line)
                lines += 1
                report.show(lines)
                if program.data.isClosed || program.data.error != nil { throw ReaderGone() }
            }
            isOver = true
        } catch is ReaderGone {
            // Whoever reads has enough; the program says of itself what went wrong with the output.
        }
        if isOver { program.say(report.summary(lines)) }
        return .fine
    }

    private struct ReaderGone: Error {}
}
