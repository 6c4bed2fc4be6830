import Actors
import EventSourcing
import Inspection
import StateMachines
import Terminal
import Workbench

/// `playhead machine`: the state machine of an instance, where it stands, and what could come next.
enum MachineCommand {
    static let description = Subcommand(
        name: "machine", summary: "Draw an instance's state machine, where it stands, and what could come next.",
        operands: [.init(name: "FILE#STREAM[@N]")], options: [.at, .json, .raw, .mermaid, .graphviz, .copy, .machine],
        notes: [
            "Without @N or --at, behind the last event. The edge that the event took is marked.",
            "What is left of a timeout is told by the store's timers at the end of a stream, else by the table.",
            "With --machine the store need not be there: the machine is drawn as it begins.", DomainFiles.machineNote,
        ],
        fields: [
            .init("stream", "its name, Type|id"), .init("sequenceNumber", "the last event that is in the state"),
            .init("machine", "the machine's name"), .init("state", "the state that it is in"),
            .init("text", "the state with its values, without sensitive ones"),
            .init("since", "the event with which it entered the state; null where that is not known"),
            .init("stopped", "why it stopped for good; null where it has not"),
            .init("step", "what the event did: event, from, to, stopped; null without an event"),
            .init("events", "what the state takes: event, command, targets, conditions, refused"),
            .init("timeouts", "those of the state: name, event, seconds, deadline, left in seconds, armed"),
            .init("problem", "where and why the fold stopped early; null for a whole state"),
        ],
        example: "machine 'shop.db#Purchase|purchase-00001'", run: run)

    @Sendable static func run(_ program: Program, _ invocation: Invocation) throws -> ExitCode {
        let address = try invocation.address(FilePresence.isThere)
        let id = try address.requireStream(invocation.subcommand.usage)
        let forms = [Option.json, .mermaid, .graphviz].filter(invocation.has)
        if forms.count > 1 {
            throw UsageError("machine takes one of \(forms.map(\.name).joined(separator: " and ")).")
        }
        let (inspector, number) = try place(of: id, at: address, program, invocation)
        guard
            let job = inspector.machine(
                of: id, at: number, now: WallClock().now, measuring: { DisplayText(String($0)).width })
        else {
            guard program.domains.contains(where: { $0.entityType == id.entityType }) else {
                throw NoHit(
                    "nothing describes \(id.entityType); where it is a state machine of a file, name the file with --machine"
                )
            }
            throw NoHit("\(id.entityType) is no state machine; its state is shown by playhead state")
        }
        let view = try job.finish()
        if let problem = view.problem {
            program.say(
                "the fold stopped at #\(problem.sequenceNumber), and this is the last good state: \(problem.reason)")
        }
        switch forms.first {
        case .json?: JSONLines(program.data, isRaw: invocation.has(.raw)).write(json(view, id))
        case .mermaid?: write(view.outline.mermaidStateDiagram(after: view.trace), on: program.data)
        case .graphviz?: write(view.outline.graphvizDigraph(after: view.trace), on: program.data)
        default:
            let lines = MachineLines(view: view, glyphs: .unicode)
            if let drawing = view.drawings.first {
                for line in drawing.lines(in: .unicode) { program.data.writeLine(line) }
            } else {
                for line in lines.table { program.data.writeLine(line.text) }
            }
            for line in lines.notes { program.data.writeLine(line.text) }
        }
        return view.problem == nil ? .fine : .findings
    }

    /// Where the instance is looked at; one in a store that is not there yet stands before its first event.
    private static func place(
        of id: PersistenceID, at address: StoreAddress, _ program: Program, _ invocation: Invocation
    ) throws -> (Inspector, Int64) {
        if invocation.isAboutNewStore(address.path) {
            _ = try program.requireDomain(of: id)
            return (Inspector(InMemoryStore().reader(), domains: program.domains), 0)
        }
        let store = try program.openStore(address.path)
        return (store.inspector, try store.number(of: id, address: address, at: invocation.text(.at)))
    }

    private static func write(_ text: String, on output: PlainOutput) {
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            output.writeLine(DisplayText(String(line)))
        }
    }

    // MARK: - JSON

    private static func json(_ view: MachineView, _ id: PersistenceID) -> JSONValue {
        let step = view.trace?.steps.first.map { step -> JSONValue in
            var (to, stopped): (JSONValue, JSONValue) = (.string(step.from.state), .null)
            switch step.target {
            case .goto(let place): to = .string(place.state)
            case .stay: break
            case .stop(let reason): stopped = .string(reason)
            }
            return ["event": .string(step.event), "from": .string(step.from.state), "to": to, "stopped": stopped]
        }
        let problem = view.problem.map { problem -> JSONValue in
            ["sequenceNumber": JSONValue(problem.sequenceNumber), "reason": .string(problem.reason)]
        }
        return [
            "stream": .string(id.description), "sequenceNumber": JSONValue(view.sequenceNumber),
            "machine": .string(view.outline.name), "state": JSONValue(view.standing?.place.state),
            "text": JSONValue(view.standing?.place.text), "since": JSONValue(view.standing?.enteredNumber),
            "stopped": JSONValue(view.standing?.stopReason), "step": step ?? .null,
            "events": .array(view.prospects.map(json)), "timeouts": .array(view.timeouts.map(json)),
            "problem": problem ?? .null,
        ]
    }

    private static func json(_ prospect: MachineProspect) -> JSONValue {
        var (targets, conditions, refused): ([MachineOutline.Target], [String?], JSONValue) = ([], [], .null)
        switch prospect.outcome {
        case .decided(let target): (targets, conditions) = ([target], [nil])
        case .refused(let reason): refused = .string(reason)
        case .open(let rows): (targets, conditions) = (rows.map(\.target), rows.map(\.condition))
        }
        return [
            "event": .string(prospect.event), "command": JSONValue(prospect.command?.usage),
            "targets": .array(targets.map { .string($0.description) }),
            "conditions": .array(conditions.map { JSONValue($0) }), "refused": refused,
        ]
    }

    private static func json(_ timeout: MachineTimeoutView) -> JSONValue {
        var (deadline, left, armed): (JSONValue, JSONValue, JSONValue) = (.null, .null, .null)
        switch timeout.timer {
        case .armed(let moment, let rest):
            (deadline, left, armed) = (.string(moment.description), seconds(rest), .bool(true))
        case .missing: armed = .bool(false)
        case .past(let rest): left = rest.map(seconds) ?? .null
        }
        return [
            "name": .string(timeout.name), "event": .string(timeout.event), "seconds": seconds(timeout.delay),
            "deadline": deadline, "left": left, "armed": armed,
        ]
    }

    private static func seconds(_ duration: Duration) -> JSONValue { JSONValue(duration.components.seconds) }
}
