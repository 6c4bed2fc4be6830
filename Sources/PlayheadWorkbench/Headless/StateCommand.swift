import EventSourcing
import Inspection
import Terminal

/// `playhead state`: a stream's state after one of its events, as a tree.
enum StateCommand {
    static let description = Subcommand(
        name: "state", summary: "Show a stream's state after an event, and what that event changed.",
        operands: [.init(name: "FILE#STREAM[@N]")], options: [.at, .secrets, .json, .raw, .copy, .fold, .machine],
        notes: ["Without @N or --at, the state after the last event; 0 is the empty state.", DomainFiles.foldNote],
        fields: [
            .init("stream", "its name, Type|id"), .init("sequenceNumber", "the last event that is in the state"),
            .init("generic", "whether payload fields are merged by name, because nothing says how they fold"),
            .init(
                "ruleFile",
                "the fold file or the machine file that describes them; null for a domain that is compiled in"),
            .init("state", "the state"), .init("changes", "what the event changed: path, kind, before, after"),
            .init("problem", "where and why the fold stopped early; null for a whole state"),
        ],
        example: "state 'Samples/orders.db#Order|order-00001@5'", run: run)

    @Sendable static func run(_ program: Program, _ invocation: Invocation) throws -> ExitCode {
        let address = try invocation.address(FilePresence.isThere)
        let id = try address.requireStream(invocation.subcommand.usage)
        let store = try program.openStore(address.path)
        let number = try store.number(of: id, address: address, at: invocation.text(.at))
        let view = try store.inspector.state(of: id, at: number).finish()
        let domain = store.inspector.domain(for: id.entityType)
        program.sayIfGeneric(domain)
        if let problem = view.problem {
            program.say(
                "the fold stopped at #\(problem.sequenceNumber), and this is the last good state: \(problem.reason)")
        }
        if invocation.has(.json) {
            JSONLines(program.data, isRaw: invocation.has(.raw)).write(line(view, id, domain))
        } else {
            let changes = Dictionary(view.changes.map { ($0.path, $0) }) { first, _ in first }
            var printer = StatePrinter(
                output: program.data, showsSecrets: invocation.has(.secrets), changes: changes)
            printer.write(view.tree)
        }
        return view.problem == nil ? .fine : .findings
    }

    private static func line(_ view: StateView, _ id: PersistenceID, _ domain: Domain) -> JSONValue {
        let changes = view.changes.map { change -> JSONValue in
            [
                "path": .string(change.path.description), "kind": .string("\(change.kind)"),
                "before": change.before ?? .null, "after": change.after ?? .null,
            ]
        }
        let problem = view.problem.map { problem -> JSONValue in
            ["sequenceNumber": JSONValue(problem.sequenceNumber), "reason": .string(problem.reason)]
        }
        return [
            "stream": .string(id.description), "sequenceNumber": JSONValue(view.sequenceNumber),
            "generic": .bool(domain.isGeneric), "ruleFile": JSONValue(domain.ruleFile), "state": view.tree,
            "changes": .array(changes), "problem": problem ?? .null,
        ]
    }
}
