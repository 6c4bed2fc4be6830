import Actors
import EventSourcing
import Inspection
import Terminal

/// `playhead writers`: everybody who ever wrote into a store and is known by name.
enum WritersCommand {
    static let description = Subcommand(
        name: "writers", summary: "List the writers of a store in the order in which they came.",
        operands: [.init(name: "FILE")], options: [.json, .raw, .copy],
        fields: [
            .init("writerID", "its identity"), .init("program", "its name"), .init("version", "its version"),
            .init("host", "the machine it ran on"), .init("process", "the number of its process"),
            .init("started", "when it started, UTC"),
        ],
        example: "writers Samples/orders.db", run: run)

    @Sendable static func run(_ program: Program, _ invocation: Invocation) throws -> ExitCode {
        let address = try invocation.address(FilePresence.isThere)
        if address.stream != nil { throw UsageError("writers takes a file alone.") }
        let store = try program.openStore(address.path)
        let writers = try store.inspector.overview().writers
        if invocation.has(.json) {
            let json = JSONLines(program.data, isRaw: invocation.has(.raw))
            for writer in writers {
                json.write([
                    "writerID": .string(writer.id.description), "program": .string(writer.program),
                    "version": .string(writer.version), "host": .string(writer.host),
                    "process": JSONValue(writer.process), "started": .string(writer.started.description),
                ])
            }
        } else {
            var table = Table(
                [
                    .init("writer"), .init("program"), .init("version"), .init("host"),
                    .init("process", isNumber: true), .init("started"),
                ], on: program.data)
            let lines = writers.map { writer -> [DisplayText] in
                [
                    DisplayText(writer.id.description), program.name(writer.program),
                    program.name(writer.version), program.name(writer.host),
                    DisplayText(writer.process), DisplayText(writer.started.description),
                ]
            }
            table.fit(lines)
            for line in lines { table.write(line) }
        }
        if writers.isEmpty { program.say("the store knows no writer") }
        return writers.isEmpty ? .findings : .fine
    }
}
