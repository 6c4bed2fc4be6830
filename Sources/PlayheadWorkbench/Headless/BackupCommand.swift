import EventSourcing
import SQLiteStorage
import Terminal

/// `playhead backup`: a copy of a store as it was at one moment, also of one that is being written.
enum BackupCommand {
    static let description = Subcommand(
        name: "backup", summary: "Copy a store into a new file, as it is at one moment, also while it is written.",
        operands: [.init(name: "FILE"), .init(name: "TO")], options: [.copy],
        notes: [
            "The store is only looked at, and those who write it are not held up. TO must not be there yet; it appears when the copy is complete and on the disk."
        ],
        example: "backup Samples/orders.db /tmp/orders-backup.db", run: run)

    @Sendable static func run(_ program: Program, _ invocation: Invocation) throws -> ExitCode {
        let address = try invocation.address(FilePresence.isThere)
        if address.stream != nil { throw UsageError("backup takes a file alone.") }
        let target = invocation.operands[1]
        if target.isEmpty { throw UsageError("backup: an empty name names no file.") }
        let store = try program.openStore(address.path, readsWholeLog: true)
        let signals = HeldSignals()
        var report: RateReport?
        var pages: Int64 = 0
        try store.reader.backUp(to: target) { progress in
            if report == nil { report = RateReport(of: progress.total, what: "pages", on: program.talk) }
            report?.show(progress.pages)
            pages = progress.pages
            return signals.hasCome ? .stop : .next
        }
        let copy = try HeadlessStore(target, domains: [])
        let totals = try copy.reader.totals()
        let (events, streams) = (RateReport.grouped(totals.events), RateReport.grouped(totals.streams))
        let work = report?.summary(pages) ?? DisplayText()
        program.say("\(target, as: .name): \(work); \(events) events in \(streams) streams")
        return .fine
    }
}
