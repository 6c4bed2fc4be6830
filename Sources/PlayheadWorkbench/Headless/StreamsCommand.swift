import Actors
import EventSourcing
import Inspection
import SQLiteStorage
import Terminal

/// `playhead streams`: the heads of streams by name, page by page.
enum StreamsCommand {
    static let description = Subcommand(
        name: "streams", summary: "List the streams of a store by name.", operands: [.init(name: "FILE")],
        options: [.type, .prefix, .limit, .json, .raw, .copy],
        fields: [
            .init("stream", "its name, Type|id"), .init("entityType", "the name's first part"),
            .init("entityID", "the name's second part"), .init("sequenceNumber", "the last number ever given"),
            .init("events", "how many events are there"), .init("deletedThrough", "events up to this one were deleted"),
            .init("firstTime", "the first event's time, UTC"), .init("lastTime", "the last event's time, UTC"),
            .init("writer", "who wrote last, by name"), .init("writerID", "who wrote last"),
            .init("epoch", "the last writer's epoch"),
        ],
        example: "streams Samples/orders.db --type Order --limit 5", run: run)

    private static let page = 500

    @Sendable static func run(_ program: Program, _ invocation: Invocation) throws -> ExitCode {
        let address = try invocation.address(FilePresence.isThere)
        if address.stream != nil {
            throw UsageError("streams takes a file alone; events lists the events of a stream.")
        }
        let limit = try invocation.number(.limit, atLeast: 1)
        let store = try program.openStore(address.path)
        let json = JSONLines(program.data, isRaw: invocation.has(.raw))
        var table = Table(
            [
                .init("stream"), .init("events", isNumber: true), .init("first event"), .init("last event"),
                .init("epoch", isNumber: true), .init("last writer"),
            ], on: program.data)
        var query = StreamQuery(
            entityType: invocation.text(.type), prefix: invocation.text(.prefix) ?? "", limit: page)
        var left = limit ?? .max
        while left > 0, !program.data.isClosed {
            query.limit = Int(min(left, Int64(page)))
            let heads = try store.inspector.streams(query)
            if invocation.has(.json) {
                for head in heads { json.write(line(head, store)) }
            } else {
                let lines = heads.map { cells($0, store, program) }
                table.fit(lines)
                for line in lines { table.write(line) }
            }
            left -= Int64(heads.count)
            // A page that is not full is the last one; a damaged name could bring the same page for ever.
            guard let last = heads.last else { break }
            query.after = last
            if heads.count < query.limit { break }
        }
        if store.reader.takeIncompleteness() {
            program.say("the list of streams is damaged, and these are the ones that can still be read")
            return .findings
        }
        if left == 0 {
            query.limit = 1
            if try !store.inspector.streams(query).isEmpty {
                program.say("there are more streams than the limit of \(limit ?? 0)")
            }
        } else if query.after == nil {
            program.say("no stream fits")
            return .findings
        }
        return .fine
    }

    private static func cells(_ head: StreamHead, _ store: HeadlessStore, _ program: Program) -> [DisplayText] {
        [
            program.name(head.persistenceID.description), DisplayText(head.eventCount),
            DisplayText(head.firstTime.description), DisplayText(head.lastTime.description), DisplayText(head.epoch),
            program.name(head.lastWriter.map(store.name) ?? ""),
        ]
    }

    private static func line(_ head: StreamHead, _ store: HeadlessStore) -> JSONValue {
        [
            "stream": .string(head.persistenceID.description), "entityType": .string(head.persistenceID.entityType),
            "entityID": .string(head.persistenceID.entityID), "sequenceNumber": JSONValue(head.sequenceNumber),
            "events": JSONValue(head.eventCount), "deletedThrough": JSONValue(head.deletedTo),
            "firstTime": .string(head.firstTime.description), "lastTime": .string(head.lastTime.description),
            "writer": JSONValue(head.lastWriter.map(store.name)), "writerID": JSONValue(head.lastWriter?.description),
            "epoch": JSONValue(head.epoch),
        ]
    }
}
