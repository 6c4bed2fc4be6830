import EventSourcing
import Inspection
import Terminal

/// `playhead chain`: what led to an event and what came of it, across streams.
enum ChainCommand {
    static let description = Subcommand(
        name: "chain", summary: "List what led to an event and what came of it, across streams.",
        operands: [.init(name: "FILE#STREAM[@N]")], options: [.at, .json, .raw, .copy],
        notes: ["Events belong together by their correlation ids; without one, an event stands alone."],
        fields: [
            .init("stream", "its stream"), .init("sequenceNumber", "its number in the stream"),
            .init("position", "its global position"), .init("time", "when it happened, UTC"),
            .init("type", "its type"), .init("depth", "how many causes lie before it"),
            .init("cause", "the global position of the event that caused it"),
            .init("reaction", "the reaction that wrote it"), .init("correlationID", "what all of them share"),
        ],
        example: "chain 'orders.db#Sale|sale-1@1'", run: run)

    @Sendable static func run(_ program: Program, _ invocation: Invocation) throws -> ExitCode {
        let address = try invocation.address(FilePresence.isThere)
        let id = try address.requireStream(invocation.subcommand.usage)
        let store = try program.openStore(address.path)
        let number = try store.number(of: id, address: address, at: invocation.text(.at))
        let view = try store.inspector.chain(of: id, at: number).finish()
        if view.events.isEmpty { throw NoHit("\(id) has no event #\(number)") }
        if invocation.has(.json) {
            let json = JSONLines(program.data, isRaw: invocation.has(.raw))
            for event in view.events {
                json.write([
                    "stream": .string(event.persistenceID.description),
                    "sequenceNumber": JSONValue(event.sequenceNumber), "position": JSONValue(event.position),
                    "time": .string(event.timestamp.description), "type": .string(event.type),
                    "depth": JSONValue(Int64(event.depth)), "cause": JSONValue(event.cause),
                    "reaction": JSONValue(event.reaction), "correlationID": JSONValue(view.correlationID?.description),
                ])
            }
        } else {
            write(view, program)
        }
        if view.correlationID == nil { program.say("it carries no correlation id: nothing says what belongs to it") }
        if view.isCut { program.say("only the nearest \(view.events.count) events of the chain are listed") }
        if view.lost > 0 { program.say("some of the log can't be read, and what stands there is missing") }
        return view.lost > 0 ? .findings : .fine
    }

    /// Deeper causes are all as far in as this many.
    private static let mostIndented = 16

    private static func write(_ view: ChainView, _ program: Program) {
        var table = Table(
            [.init("position", isNumber: true), .init("time"), .init("type"), .init("event"), .init("by")],
            on: program.data)
        let lines = view.events.map { event -> [DisplayText] in
            let indent = String(repeating: "  ", count: min(Self.mostIndented, event.depth))
            return [
                DisplayText(event.position), DisplayText(event.timestamp.description),
                DisplayText(indent) + program.name(event.type),
                program.name("\(event.persistenceID)@\(event.sequenceNumber)"),
                program.name(event.reaction ?? ""),
            ]
        }
        table.fit(lines)
        for line in lines { table.write(line) }
    }
}
