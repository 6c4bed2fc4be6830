import Actors
import EventSourcing
import Inspection
import SQLiteStorage
import Terminal

/// `playhead subscriptions`: what reactions have to do, and why those that are blocked are.
enum SubscriptionsCommand {
    static let description = Subcommand(
        name: "subscriptions", summary: "List what reactions have to do, those that are blocked first.",
        operands: [.init(name: "FILE")],
        options: [.application, .prefix, .blocked, .limit, .json, .raw, .copy],
        notes: [
            "At most 10,000 unless --limit says otherwise. The exit code is 1 where one is blocked, or none is there."
        ],
        fields: [
            .init("target", "the stream that the reactions write to, Type|id"),
            .init("application", "the application that reacts"),
            .init("standing", "blocked, leased, waiting, eligible or idle"),
            .init("lag", "how many positions lie between the watermark and the work mark"),
            .init("watermark", "the last global position that is fully handled"),
            .init("workMark", "the highest global position that is known to concern it"),
            .init("retries", "how often the next event was tried in vain"),
            .init("handled", "the reactions that are done with the next event"),
            .init("blocked", "since when it is blocked, UTC"), .init("due", "when it may be claimed again, UTC"),
            .init("holder", "who has claimed it"), .init("until", "when that claim runs out, UTC"),
            .init("fencingNumber", "how often it was claimed"), .init("source", "which streams feed it; null for all"),
            .init("lane", "the drain that handles it"), .init("priority", "the higher goes first"),
            .init("reaction", "the reaction that failed"), .init("position", "the global position of its event"),
            .init("stream", "that event's stream"), .init("sequenceNumber", "that event's number"),
            .init("attempts", "each try's time and message"),
        ],
        example: "subscriptions orders.db --blocked", run: run)

    @Sendable static func run(_ program: Program, _ invocation: Invocation) throws -> ExitCode {
        let address = try invocation.address(FilePresence.isThere)
        if address.stream != nil {
            throw UsageError("subscriptions takes a file alone; --prefix takes the beginning of a target's name.")
        }
        let limit = try invocation.number(.limit, atLeast: 1) ?? 10_000
        let store = try program.openStore(address.path)
        let query = ReactionsQuery(
            application: invocation.text(.application), text: invocation.text(.prefix) ?? "",
            isBlockedOnly: invocation.has(.blocked), limit: Int(clamping: limit))
        let view = try store.inspector.reactions(query, now: WallClock().now).finish()
        if invocation.has(.json) {
            let json = JSONLines(program.data, isRaw: invocation.has(.raw))
            for row in view.subscriptions { json.write(try object(row, store)) }
        } else {
            try write(view, store, program)
        }
        if store.reader.takeIncompleteness() {
            program.say("the list of subscriptions is damaged, and these are the ones that can still be read")
            return .findings
        }
        if view.isCut { program.say("there are more subscriptions than the limit of \(limit)") }
        if view.subscriptions.isEmpty {
            let isQuiet = view.applications.isEmpty
            program.say(isQuiet ? "nothing reacts to the events of this store" : "no subscription fits")
        }
        return view.subscriptions.isEmpty || view.count(.blocked) > 0 ? .findings : .fine
    }

    // MARK: - As text

    private static func write(_ view: ReactionsView, _ store: HeadlessStore, _ program: Program) throws {
        var table = Table(
            [
                .init("target"), .init("application"), .init("standing"), .init("lag", isNumber: true),
                .init("handled", isNumber: true), .init("mark", isNumber: true), .init("why"),
            ], on: program.data)
        let lines = try view.subscriptions.map { row -> [DisplayText] in
            let subscription = row.subscription
            return [
                program.name(subscription.target.description), program.name(subscription.application),
                DisplayText(row.standing.word), DisplayText(row.lag), DisplayText(subscription.watermark),
                DisplayText(subscription.workMark), try why(row, store, program),
            ]
        }
        table.fit(lines)
        for line in lines { table.write(line) }
    }

    private static func why(_ row: SubscriptionView, _ store: HeadlessStore, _ program: Program) throws -> DisplayText {
        if row.standing == .leased, let holder = row.holder {
            return "by " + program.name(holder.name) + " until \(holder.until.description)"
        }
        if row.standing == .waiting, let due = row.subscription.due { return "until \(due.description)" }
        guard let failure = row.subscription.failure else { return "" }
        let event = try failed(failure, store).map { "\($0.persistenceID)@\($0.sequenceNumber)" }
        let place = event.map { program.name($0) } ?? "position \(failure.position)"
        let last = failure.attempts.last.map { ": " + DisplayText($0.message) } ?? ""
        return program.name(failure.reaction) + " at " + place + ", "
            + "\(failure.attempts.count) \(failure.attempts.count == 1 ? "attempt" : "attempts")" + last
    }

    /// The event at which it failed; nil where that is not there any more.
    private static func failed(_ failure: SubscriptionFailure, _ store: HeadlessStore) throws -> EventRow? {
        guard let event = try store.inspector.event(atPosition: failure.position) else { return nil }
        return event.position == failure.position && event.sequenceNumber > 0 ? event : nil
    }

    // MARK: - As JSON

    private static func object(_ row: SubscriptionView, _ store: HeadlessStore) throws -> JSONValue {
        let subscription = row.subscription
        let failure = subscription.failure
        let event = try failure.flatMap { try failed($0, store) }
        let attempts = failure?.attempts.map { attempt -> JSONValue in
            ["time": .string(attempt.time.description), "message": .string(attempt.message)]
        }
        return [
            "target": .string(subscription.target.description), "application": .string(subscription.application),
            "standing": .string(row.standing.word), "lag": JSONValue(row.lag),
            "watermark": JSONValue(subscription.watermark), "workMark": JSONValue(subscription.workMark),
            "retries": JSONValue(subscription.retries),
            "handled": .array(subscription.handled.map(JSONValue.string)),
            "blocked": JSONValue(subscription.blocked?.description), "due": JSONValue(subscription.due?.description),
            "holder": JSONValue(row.holder?.name), "until": JSONValue(row.holder?.until.description),
            "fencingNumber": JSONValue(subscription.fencingNumber),
            "source": JSONValue(subscription.source?.description), "lane": .string(subscription.lane),
            "priority": JSONValue(subscription.priority), "reaction": JSONValue(failure?.reaction),
            "position": JSONValue(failure?.position), "stream": JSONValue(event?.persistenceID.description),
            "sequenceNumber": JSONValue(event?.sequenceNumber), "attempts": .array(attempts ?? []),
        ]
    }
}
