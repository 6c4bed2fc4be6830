import Actors
import EventSourcing
import Inspection
import SQLiteStorage
import Terminal
import Workbench

/// `playhead send`: a command for a stream's entity, tried without `--write` and sent with it.
enum SendCommand {
    static let description = Subcommand(
        name: "send", summary: "Try a command on a stream's state, or send it with --write.",
        operands: [.init(name: "FILE#STREAM[@N]"), .init(name: "'COMMAND'", value: .other)],
        options: [.write, .at, .json, .raw, .copy, .machine],
        notes: [
            "Without --write nothing is written: the real handler says what it would append, also at an earlier moment.",
            "Exit code 5 says that the handler refused, 4 that another writer was first or has taken over.",
            "A refusal is a sentence on standard error, and with --json an object on standard output too.",
            "With --machine a file that is not there is a store without events, which --write makes.",
            DomainFiles.machineNote,
        ],
        fields: [
            .init("stream", "its name, Type|id"), .init("command", "the command as it was typed"),
            .init("written", "whether it was sent; false for a trial"),
            .init("outcome", "append, nothing, refused or failed"),
            .init("events", "the events: type, and sequenceNumber where they were written"),
            .init("reply", "the reply in one line"), .init("reason", "why it was refused or failed"),
        ],
        example: "send 'Samples/orders.db#Order|order-00001' 'add-item sku=tea qty=2'", run: run)

    @Sendable static func run(_ program: Program, _ invocation: Invocation) throws -> ExitCode {
        let address = try invocation.address(FilePresence.isThere)
        let id = try address.requireStream(invocation.subcommand.usage)
        let text = invocation.operands[1]
        let result: SendResult
        let warnings = WarningLog()
        if invocation.has(.write) {
            if address.sequenceNumber != nil || invocation.has(.at) {
                throw UsageError("A command is written at the stream's end; leave out @N and --at, or --write.")
            }
            do {
                result = try send(text, to: id, in: address.path, invocation, program, warnings)
            } catch {
                // The failure itself is said in its turn.
                program.say(warnings.takeAll().without("\(error)"))
                throw error
            }
        } else {
            result = try trial(text, on: id, address, invocation, program)
        }
        program.acknowledgement = result.acknowledgement
        if invocation.has(.json) {
            JSONLines(program.data, isRaw: invocation.has(.raw)).write(result.json(id, text))
        } else if result.reason == nil {
            program.data.writeLine(result.line)
        }
        program.say(warnings.takeAll())
        if let note = result.note { program.say(note) }
        if let reason = result.reason { program.say("\(result.outcome): \(reason)") }
        return result.code
    }

    /// How long the command may take, and again the stop of its entity.
    private static let patience = Duration.seconds(30)

    private static func trial(
        _ text: String, on id: PersistenceID, _ address: StoreAddress, _ invocation: Invocation, _ program: Program
    ) throws -> SendResult {
        if invocation.isAboutNewStore(address.path) {
            let domain = try program.requireDomain(of: id)
            let command = try CommandText.parse(text, for: domain.commands)
            program.say("\(address.path, as: .name) is not there yet; --write makes it")
            return SendResult(domain.decide(command, on: domain.emptyState(), of: id, at: 0))
        }
        let store = try program.openStore(address.path)
        // A stream that is not there yet is an empty one, and a first command makes it.
        let isThere = try store.inspector.head(of: id) != nil
        let number = isThere ? try store.number(of: id, address: address, at: invocation.text(.at)) : 0
        switch try store.inspector.verdict(on: text, in: id, at: number).finish() {
        case .decision(let decision): return SendResult(decision)
        case .misspelt(let error): throw error
        }
    }

    private static func send(
        _ text: String, to id: PersistenceID, in path: String, _ invocation: Invocation, _ program: Program,
        _ log: WarningLog
    ) throws -> SendResult {
        let isNew = invocation.isAboutNewStore(path)
        let domain = isNew ? try program.requireDomain(of: id) : program.domain(of: id) ?? .generic(id.entityType)
        let command = try CommandText.parse(text, for: domain.commands)
        if isNew {
            let decision = domain.decide(command, on: domain.emptyState(), of: id, at: 0)
            // No store is made for what is refused.
            guard case .append = decision else { return SendResult(decision) }
        }
        let store = try program.openToWrite(path, isNew: isNew)
        defer { store.close() }
        let system = ActorSystem(name: program.name, log: log)
        defer { system.stopEntities(within: patience) }
        let writer = WriterRecord.here(system, program: program.name)
        let host = EntityHost(system: system, events: store, snapshots: store, writer: writer.id)
        let live = LiveEntities(program.domains, on: host)
        guard let entity = try live.entity(id) else {
            throw UsageError("The domain \(id.entityType) has no commands.")
        }
        let reactionPatience = program.reactionPatience
        let (outcome, hasSettled) = try waitFor {
            try await store.register(writer)
            // What was due before the command comes before it, and what it produced is carried before the end.
            try live.attend()
            guard try await live.settle(id, within: patience) else {
                throw StoreError(.busy, stream: id, detail: "a timer that is due does not fire")
            }
            let outcome = try await entity.send(command, timeout: patience)
            _ = try? await live.settle(id, within: patience)
            let hasSettled = (try? await live.settleReactions(within: reactionPatience)) ?? false
            await live.stop()
            return (outcome, hasSettled)
        }
        var result = SendResult(outcome)
        if !hasSettled {
            result.note = "its reactions are not all done; they go on when the store is written to next"
        }
        return result
    }
}

/// What came of a command, tried or sent.
struct SendResult {
    private let isWritten: Bool
    let outcome: String
    private let events: [(type: String, number: Int64?)]
    private let reply: String?
    /// Why it was refused or failed, in a clause; nil where it was not.
    let reason: String?
    let code: ExitCode
    /// What else there is to say of it; nil for nothing.
    var note: DisplayText?

    init(_ decision: Decision) {
        isWritten = false
        switch decision {
        case .append(let types):
            (outcome, events, reply, reason, code) = ("append", types.map { ($0, nil) }, nil, nil, .fine)
        case .nothing(let reply): (outcome, events, self.reply, reason, code) = ("nothing", [], reply, nil, .fine)
        case .refused(let reason): (outcome, events, reply, self.reason, code) = ("refused", [], nil, reason, .refused)
        case .failed(let reason): (outcome, events, reply, self.reason, code) = ("failed", [], nil, reason, .unreadable)
        }
    }

    init(_ sent: CommandOutcome) {
        isWritten = true
        events = sent.appended.map { ($0.type, $0.sequenceNumber) }
        reply = sent.reply
        reason = sent.refusal
        outcome = sent.refusal != nil ? "refused" : sent.appended.isEmpty ? "nothing" : "append"
        code = sent.refusal != nil ? .refused : .fine
    }

    /// What came of it in a line.
    var line: DisplayText {
        var line: DisplayText = isWritten ? "appended " : "would append "
        line += events.isEmpty ? "nothing" : list
        if let reply { line += "; reply: " + DisplayText(reply) }
        return line
    }

    /// What must be told whatever becomes of the line; nil where nothing was written.
    var acknowledgement: DisplayText? {
        isWritten && !events.isEmpty ? "the command was carried out, and its events are written: \(list)" : nil
    }

    private var list: DisplayText {
        var list = DisplayText()
        for (index, event) in events.enumerated() {
            if index > 0 { list += ", " }
            if let number = event.number { list += "#\(number) " }
            list += DisplayText(event.type, as: .name)
        }
        return list
    }

    func json(_ id: PersistenceID, _ command: String) -> JSONValue {
        let events = events.map { event -> JSONValue in
            ["type": .string(event.type), "sequenceNumber": JSONValue(event.number)]
        }
        return [
            "stream": .string(id.description), "command": .string(command), "written": .bool(isWritten),
            "outcome": .string(outcome), "events": .array(events), "reply": JSONValue(reply),
            "reason": JSONValue(reason),
        ]
    }
}
