import Actors
import EventSourcing

/// Tries commands with the real handler, where nothing runs and nothing is written.
struct DryRun<Message: Sendable, Event: Sendable, State: Sendable, Reply: Sendable>: Sendable {
    let behavior: @Sendable (PersistenceID) throws -> EventSourcedBehavior<Message, Event, State>
    let commands: [String: DomainCommand<Message, Reply>]
    let reading: ReplyReading<Reply>
    /// Nobody steps it, so a handler that sends something reaches nobody.
    private let system = ActorSystem(name: "dry-run", scheduler: StepScheduler())

    init(
        behavior: @escaping @Sendable (PersistenceID) throws -> EventSourcedBehavior<Message, Event, State>,
        commands: [String: DomainCommand<Message, Reply>], reading: ReplyReading<Reply>
    ) {
        self.behavior = behavior
        self.commands = commands
        self.reading = reading
    }

    func decide(
        _ command: ParsedCommand, on state: State, of id: PersistenceID, at sequenceNumber: Int64
    ) -> Decision {
        guard let form = commands[command.name] else { return .failed("there is no command \(command.name)") }
        let replies = Captured<Reply>()
        do {
            let entity = try behavior(id)
            let message = try form.message(command)(.capturing(in: system) { replies.add($0) })
            let effect = try entity.decide(
                message, on: state, at: sequenceNumber, now: WallClock().now,
                self: .capturing(in: system) { _ in })
            var next = state
            for event in effect.events { try entity.fold(event, into: &next) }
            let types = try effect.events.map { try entity.registry.encode($0).type }
            effect.sendReplies(on: next)
            let reply = replies.first
            if let refusal = reply.flatMap(reading.refusal) { return .refused(refusal) }
            if !types.isEmpty { return .append(types: types) }
            if effect.kind == .unhandled { return .refused("\(id) does not handle \(command.name) now") }
            return .nothing(reply: reply.map(reading.text))
        } catch {
            return .failed("\(error)")
        }
    }
}

/// What was sent to an address, in its order.
final class Captured<Message: Sendable>: Sendable {
    private let messages = Locked<[Message]>([])

    /// Adds a message; of more than are to be kept the oldest go.
    func add(_ message: Message, keeping most: Int = .max) {
        messages.withLock { messages in
            messages.append(message)
            if messages.count > most { messages.removeFirst(messages.count - most / 2) }
        }
    }

    var first: Message? { messages.withLock { $0.first } }

    func takeAll() -> [Message] {
        messages.withLock { messages in
            defer { messages = [] }
            return messages
        }
    }
}
