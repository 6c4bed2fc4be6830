import EventSourcing
import Inspection
import Terminal
import Workbench

/// `playhead recover`: what recovery makes of a stream, step by step, with its domain's replay filter or another one.
enum RecoverCommand {
    static let description = Subcommand(
        name: "recover", summary: "Go through a stream's recovery step by step; nothing is written.",
        operands: [
            .init(name: "FILE#STREAM"),
            .init(
                name: "fail|warn|repair|off", isOptional: true, value: .words(["fail", "warn", "repair", "off"])),
            .init(name: "interleaved|any", isOptional: true, value: .words(["interleaved", "any"])),
        ], options: [.json, .raw, .copy, .fold, .machine],
        notes: [
            "The snapshots that are tried, the events, the replay filter, the fold, and how it ends, with counts and times.",
            "With words for another replay filter, what recovery would do with that one. Exit code 1 says that it fails.",
        ],
        fields: [
            .init("stream", "its name, Type|id"), .init("mode", "the filter's mode: fail, warn, repair, off"),
            .init("comparison", "what counts as a conflict: interleaved, any"),
            .init("snapshot", "the number of the snapshot that it begins with; null for the empty state"),
            .init("unusableSnapshots", "those that were tried before it: sequenceNumber, reason"),
            .init("read", "how many events were read"), .init("folded", "how many of them were folded"),
            .init("conflicts", "how many the filter found"), .init("leftOut", "the numbers that the filter left out"),
            .init("quarantined", "the numbers that are set apart and left out"),
            .init("omissions", "what the recovery policy goes on without: sequenceNumber, reason"),
            .init("failure", "where it fails: sequenceNumber, phase, reason; null where it ends well"),
            .init("state", "the state; the last good one where it fails"),
            .init("microseconds", "how long it took"),
        ],
        example: "recover 'Samples/orders.db#Order|order-00001' repair", run: run)

    @Sendable static func run(_ program: Program, _ invocation: Invocation) throws -> ExitCode {
        let address = try invocation.address(FilePresence.isThere)
        let id = try address.requireStream(invocation.subcommand.usage)
        if let number = address.sequenceNumber {
            throw UsageError("recover goes to the stream's end; leave out @\(number).")
        }
        let store = try program.openStore(address.path)
        let domain = store.inspector.domain(for: id.entityType)
        var filter = domain.replayFilter
        do {
            try filter.read(invocation.operands.dropFirst())
        } catch {
            throw UsageError("'\(error.word)' is no part of a replay filter: \(UnknownFilterWord.choices).")
        }
        guard try store.inspector.head(of: id) != nil else { throw NoHit("\(id) is not in \(address.path)") }
        program.sayIfGeneric(domain)
        let outcome = try store.inspector.recovery(of: id, filter: filter).finish()
        if invocation.has(.json) {
            JSONLines(program.data, isRaw: invocation.has(.raw)).write(line(outcome, id))
        } else {
            let steps = RecoverySteps.steps(
                of: outcome, called: { program.name(store.name(of: $0)) }, ruleFile: domain.ruleFile)
            for step in steps {
                let time = step.microseconds.map { "\($0) us" } ?? ""
                program.data.writeLine(
                    step.name.padded(to: 18) + DisplayText(time).padded(to: 10, alignment: .right) + "  " + step.detail)
            }
        }
        return outcome.failure == nil ? .fine : .findings
    }

    private static func line(_ outcome: RecoveryOutcome, _ id: PersistenceID) -> JSONValue {
        func numbers(_ numbers: [Int64]) -> JSONValue { .array(numbers.map { .number(JSONNumber($0)) }) }
        func place(_ number: Int64, _ reason: String?) -> JSONValue {
            ["sequenceNumber": JSONValue(number), "reason": JSONValue(reason)]
        }
        let failure = outcome.failure.map { failure -> JSONValue in
            [
                "sequenceNumber": JSONValue(failure.sequenceNumber), "phase": .string(failure.phase.rawValue),
                "reason": .string(failure.reason),
            ]
        }
        let unusable = outcome.snapshots.filter { $0.problem != nil }
        return [
            "stream": .string(id.description), "mode": .string(outcome.filter.mode.word),
            "comparison": .string(outcome.filter.comparison.word),
            "snapshot": JSONValue(outcome.start?.sequenceNumber),
            "unusableSnapshots": .array(unusable.map { place($0.description.sequenceNumber, $0.problem) }),
            "read": JSONValue(outcome.readCount), "folded": JSONValue(outcome.foldedCount),
            "conflicts": JSONValue(outcome.conflictCount), "leftOut": numbers(outcome.leftOut),
            "quarantined": numbers(outcome.apart),
            "omissions": .array(outcome.omissions.map { place($0.sequenceNumber, $0.reason) }),
            "failure": failure ?? .null, "state": outcome.tree, "microseconds": JSONValue(outcome.times.total),
        ]
    }
}
