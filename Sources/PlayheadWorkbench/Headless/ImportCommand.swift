import EventSourcing
import SQLiteStorage
import Terminal

/// `playhead import`: a new store of the lines that `playhead export` has written.
enum ImportCommand {
    static let description = Subcommand(
        name: "import", summary: "Make a new store of the lines that 'export' has written, and compare the two.",
        operands: [.init(name: "LINES"), .init(name: "FILE")], options: [],
        notes: [
            "FILE must not be there yet; it appears when every line was taken and the store's own lines are the same ones.",
            "A wrong line is told with its number and column, and nothing is written.",
            "An import that is interrupted goes on where it was when it is called again with the same lines.",
            "Lines that were changed on purpose are taken once the digest is taken out of the last line; 'help export' says what they are.",
        ],
        example: "import /tmp/orders.jsonl /tmp/orders.db", run: run)

    @Sendable static func run(_ program: Program, _ invocation: Invocation) throws -> ExitCode {
        let (lines, target) = (invocation.operands[0], invocation.operands[1])
        if lines.isEmpty || target.isEmpty { throw UsageError("import: an empty name names no file.") }
        let signals = HeldSignals()
        var report: RateReport?
        var comparing: RateReport?
        let done: SQLiteStore.ImportProgress
        do {
            done = try SQLiteStore.importLines(lines, into: target) { progress in
                switch progress.stage {
                case .reading:
                    if report == nil { report = RateReport(of: progress.total, what: "bytes", on: program.talk) }
                    report?.show(progress.bytes)
                case .comparing:
                    if comparing == nil {
                        comparing = RateReport(of: progress.total, what: "lines compared", on: program.talk)
                    }
                    comparing?.show(progress.lines)
                }
                return signals.hasCome ? .stop : .next
            }
        } catch let error as StoreError where error.reason == .cancelled {
            program.say("\(target, as: .name) is not complete; the same command goes on where it was")
            return .unreadable
        }
        if done.kept > 0 {
            program.say("\(RateReport.grouped(done.kept)) lines of an interrupted import were there already")
        }
        program.say("\(target, as: .name): \(RateReport.grouped(done.lines)) lines, and the store's own are the same")
        return .fine
    }
}
