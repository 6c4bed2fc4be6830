import Actors
import EventSourcing
import Inspection
import Terminal

/// `playhead events`: the events of one stream, or of the whole store by global position, one after the other.
enum EventsCommand {
    static let description = Subcommand(
        name: "events", summary: "List the events of a stream, or of the whole store by global position.",
        operands: [.init(name: "FILE[#STREAM[@N]]")],
        options: [.from, .through, .at, .limit, .secrets, .json, .raw, .copy],
        notes: [
            "With @N, one event. --at is where the list ends.",
            "An event that can't be read is a line with a problem; the others follow, and the exit code is 1.",
        ],
        fields: [
            .init("stream", "its stream"), .init("sequenceNumber", "its number in the stream"),
            .init("position", "its global position"), .init("time", "when it happened, UTC"),
            .init("type", "its type"), .init("schemaVersion", "the version of the payload's schema"),
            .init("writer", "who wrote it, by name"), .init("writerID", "who wrote it"),
            .init("epoch", "the writer's epoch"), .init("correlationID", "shared along a whole chain"),
            .init("causationID", "what triggered it"), .init("commandID", "the command's id"),
            .init("metadata", "the user's metadata"), .init("payload", "what happened"),
            .init("problem", "what is wrong with it; null for a sound one"),
        ],
        example: "events 'Samples/orders.db#Order|order-00001' --limit 5", run: run)

    @Sendable static func run(_ program: Program, _ invocation: Invocation) throws -> ExitCode {
        let address = try invocation.address(FilePresence.isThere)
        let limit = try invocation.number(.limit, atLeast: 1) ?? .max
        let store = try program.openStore(address.path, showsSecrets: invocation.has(.secrets))
        var range = try range(invocation, address, store)
        let listing = Listing(program, invocation, store, isOneStream: address.stream != nil)
        if let id = address.stream {
            range.upperBound = min(range.upperBound, try store.number(of: id, address: address, at: nil))
        }
        var left = limit
        var hasMore = false
        func hasRoom() -> Bool {
            hasMore = left == 0
            if !hasMore { left -= 1 }
            return !hasMore
        }
        try EventReading(reader: store.reader, stream: address.stream).visit(
            from: range.lowerBound, through: range.upperBound,
            event: { event in
                guard hasRoom() else { return .stop }
                listing.write(event)
                return program.data.isClosed ? .stop : .next
            },
            lost: { lost in
                guard hasRoom() else { return .stop }
                listing.write(lost)
                return program.data.isClosed ? .stop : .next
            })
        listing.finish()
        if hasMore { program.say("there are more events than the limit of \(limit)") }
        if left == limit { program.say("no event is there") }
        return listing.problems > 0 || left == limit ? .findings : .fine
    }

    /// From which number or position through which.
    private static func range(
        _ invocation: Invocation, _ address: StoreAddress, _ store: HeadlessStore
    ) throws -> (lowerBound: Int64, upperBound: Int64) {
        var from = try invocation.number(.from) ?? 1
        var through = try invocation.number(.through) ?? .max
        if let number = address.sequenceNumber {
            if invocation.has(.from) || invocation.has(.through) || invocation.has(.at) {
                throw UsageError("With @\(number) there is one event; leave out --from, --through and --at.")
            }
            (from, through) = (number, number)
        }
        guard let text = invocation.text(.at) else { return (from, through) }
        if let id = address.stream {
            return (from, min(through, try store.number(of: id, address: address, at: text)))
        }
        switch try Moment(text) {
        case .position(let position), .number(let position): through = min(through, position)
        case .time, .clock:
            throw UsageError("--at takes a time where a stream is named; for the whole store, p:POSITION.")
        }
        return (from, through)
    }
}

/// Writes events as lines of text or as JSON.
private final class Listing {
    private(set) var problems = 0
    private let program: Program
    private let store: HeadlessStore
    private let json: JSONLines?
    private let isOneStream: Bool
    private var table: Table
    /// Lines that wait until there are enough to know how wide the columns are.
    private var waiting: [[DisplayText]]? = []

    init(_ program: Program, _ invocation: Invocation, _ store: HeadlessStore, isOneStream: Bool) {
        self.program = program
        self.store = store
        self.isOneStream = isOneStream
        json = invocation.has(.json) ? JSONLines(program.data, isRaw: invocation.has(.raw)) : nil
        let place: [Table.Column] =
            isOneStream
            ? [.init("#", isNumber: true)]
            : [.init("position", isNumber: true), .init("stream"), .init("#", isNumber: true)]
        table = Table(place + [.init("time"), .init("type"), .init("writer"), .init("payload")], on: program.data)
    }

    func write(_ event: borrowing StoredEvent) {
        if let json {
            let problem = event.isIntact ? nil : "it does not fit its checksum"
            let line = EventLine(event, problem: problem, writer: store.name(of: event.writer))
            if line.problem != nil { problems += 1 }
            json.write(line.json)
        } else {
            let row = store.inspector.row(of: event)
            if row.problem != nil { problems += 1 }
            write(cells(row))
        }
    }

    func write(_ lost: EventReading.Lost) {
        problems += 1
        if let json {
            json.write(EventLine(lost).json)
        } else {
            let number = DisplayText(lost.sequenceNumber.map(String.init) ?? "")
            let place: [DisplayText] =
                isOneStream
                ? [number]
                : [
                    DisplayText(lost.position.map(String.init) ?? ""),
                    program.name(lost.stream?.description ?? ""), number,
                ]
            write(place + ["", "", "", "! " + Program.sentence(lost.sentence)])
        }
    }

    private func write(_ cells: [DisplayText]) {
        guard var lines = waiting else {
            table.fit([cells])
            table.write(cells)
            return
        }
        lines.append(cells)
        waiting = lines
        if lines.count == 100 { finish() }
    }

    /// Writes the lines that wait.
    func finish() {
        guard let lines = waiting else { return }
        waiting = nil
        table.fit(lines)
        for line in lines { table.write(line) }
    }

    private func cells(_ row: EventRow) -> [DisplayText] {
        let number = DisplayText(row.sequenceNumber)
        let place: [DisplayText] =
            isOneStream
            ? [number] : [DisplayText(row.position), program.name(row.persistenceID.description), number]
        var summary = DisplayText(row.summary)
        if let problem = row.problem { summary = "! " + Program.sentence(problem) + "  " + summary }
        return place + [
            DisplayText(row.timestamp.description), program.name(row.type),
            program.name(store.name(of: row.writer)), summary,
        ]
    }
}
