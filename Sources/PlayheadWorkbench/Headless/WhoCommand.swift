import Actors
import EventSourcing
import Inspection
import Terminal

/// `playhead who`: the event that last set a value.
enum WhoCommand {
    static let description = Subcommand(
        name: "who", summary: "Find the event that last set a value of a stream's state.",
        operands: [.init(name: "FILE#STREAM[@N]"), .init(name: "PATH", value: .other)],
        options: [.at, .secrets, .json, .raw, .copy, .fold, .machine],
        notes: [
            "PATH reads like status, items.tea.qty or notes[0]; an element of an array is named by its key, as on the "
                + "screen, or by its place. Exit code 1 says that no event set it.",
            "Ask again with @N-1 for the one before.",
        ],
        fields: [
            .init("stream", "its name, Type|id"), .init("path", "the value's place"),
            .init("sequenceNumber", "the event after which the value differs; null when none ever set it"),
            .init("time", "when it happened, UTC"), .init("type", "the event's type"),
            .init("writer", "who wrote it, by name"), .init("writerID", "who wrote it"),
            .init("before", "the value before the event"), .init("after", "the value after the event"),
            .init("unknownThrough", "up to this event nothing is known, because events were deleted or don't fold"),
        ],
        example: "who 'Samples/orders.db#Order|order-00001' status", run: run)

    @Sendable static func run(_ program: Program, _ invocation: Invocation) throws -> ExitCode {
        let address = try invocation.address(FilePresence.isThere)
        let id = try address.requireStream(invocation.subcommand.usage)
        let named = try StatePath(parsing: invocation.operands[1])
        let store = try program.openStore(address.path)
        let number = try store.number(of: id, address: address, at: invocation.text(.at))
        let tree = try store.inspector.state(of: id, at: number).finish().tree
        let path = named.resolved(in: tree)
        let setter = try store.inspector.setter(of: path, in: id, atOrBelow: number).finish()
        let row = try setter.sequenceNumber.flatMap { try store.inspector.detail(of: id, at: $0)?.row }
        program.sayIfGeneric(store.inspector.domain(for: id.entityType))
        if invocation.has(.json) {
            JSONLines(program.data, isRaw: invocation.has(.raw)).write([
                "stream": .string(id.description), "path": .string(path.description),
                "sequenceNumber": JSONValue(setter.sequenceNumber), "time": JSONValue(row?.timestamp.description),
                "type": JSONValue(row?.type), "writer": JSONValue(row.map { store.name(of: $0.writer) }),
                "writerID": JSONValue(row?.writer.description), "before": setter.before ?? .null,
                "after": setter.after ?? .null, "unknownThrough": JSONValue(setter.unknownThrough),
            ])
        }
        guard let event = setter.sequenceNumber else {
            program.say("no event of \(id.description, as: .name) at or below #\(number) set \(path.description)")
            let (found, names) = path.reach(in: tree)
            if found != path, !names.isEmpty {
                let known = DisplayText(names.prefix(20).joined(separator: ", ")) + (names.count > 20 ? ", …" : "")
                let place = found.steps.isEmpty ? DisplayText("the state") : DisplayText(found.description)
                program.say(place + " has " + known)
            }
            if setter.unknownThrough > 0 {
                program.say("nothing is known up to #\(setter.unknownThrough): events were deleted or don't fold")
            }
            return .findings
        }
        if !invocation.has(.json) {
            let isSecret = path.steps.contains { if case .key(let key) = $0 { SecretKeys.contain(key) } else { false } }
            let hides = isSecret && !invocation.has(.secrets)
            func shown(_ value: JSONValue?) -> DisplayText {
                guard let value else { return "nothing" }
                return hides ? DisplayText(SecretKeys.mask) : StatePrinter.scalar(value)
            }
            var line: DisplayText = "#\(event)"
            if let row {
                line +=
                    "  \(row.timestamp.description)  \(program.name(row.type))  \(program.name(store.name(of: row.writer)))"
            }
            program.data.writeLine(
                line + "  \(path.description): " + shown(setter.before) + " -> " + shown(setter.after))
        }
        return .fine
    }
}
