import Actors
import EventSourcing
import Inspection
import Terminal

/// `playhead snapshots`: the snapshots of a stream by rising number.
enum SnapshotsCommand {
    static let description = Subcommand(
        name: "snapshots", summary: "List the snapshots of a stream; verify compares them with the fold.",
        operands: [.init(name: "FILE#STREAM")], options: [.json, .raw, .copy],
        fields: [
            .init("stream", "its name, Type|id"), .init("sequenceNumber", "the last event that is in it"),
            .init("stateType", "the state's type"), .init("schemaVersion", "the version of the state's schema"),
            .init("time", "when it was taken, UTC"), .init("writer", "who took it, by name"),
            .init("writerID", "who took it"), .init("epoch", "the epoch of the last event in it"),
            .init("size", "the encoded state's size in bytes"),
        ],
        example: "snapshots 'Samples/orders.db#Order|order-00001'", run: run)

    @Sendable static func run(_ program: Program, _ invocation: Invocation) throws -> ExitCode {
        let address = try invocation.address(FilePresence.isThere)
        let id = try address.requireStream(invocation.subcommand.usage)
        if let number = address.sequenceNumber {
            throw UsageError("snapshots lists all of a stream; leave out @\(number).")
        }
        let store = try program.openStore(address.path)
        guard try store.inspector.head(of: id) != nil else { throw NoHit("\(id) is not in \(address.path)") }
        let snapshots = try store.inspector.snapshots(of: id)
        if invocation.has(.json) {
            let json = JSONLines(program.data, isRaw: invocation.has(.raw))
            for snapshot in snapshots {
                json.write([
                    "stream": .string(id.description), "sequenceNumber": JSONValue(snapshot.sequenceNumber),
                    "stateType": .string(snapshot.stateType), "schemaVersion": JSONValue(Int64(snapshot.schemaVersion)),
                    "time": .string(snapshot.timestamp.description), "writer": .string(store.name(of: snapshot.writer)),
                    "writerID": .string(snapshot.writer.description), "epoch": JSONValue(snapshot.epoch),
                    "size": JSONValue(Int64(snapshot.size)),
                ])
            }
        } else {
            var table = Table(
                [
                    .init("#", isNumber: true), .init("time"), .init("state type"), .init("writer"),
                    .init("bytes", isNumber: true),
                ], on: program.data)
            let lines = snapshots.map { snapshot -> [DisplayText] in
                [
                    DisplayText(snapshot.sequenceNumber), DisplayText(snapshot.timestamp.description),
                    program.name(snapshot.stateType), program.name(store.name(of: snapshot.writer)),
                    DisplayText(snapshot.size),
                ]
            }
            table.fit(lines)
            for line in lines { table.write(line) }
        }
        if snapshots.isEmpty { program.say("\(id.description, as: .name) has no snapshot") }
        return snapshots.isEmpty ? .findings : .fine
    }
}
