import Actors
public import EventSourcing

extension Domain {
    /// Describes the entities of one type by the behavior they run, so that looking, trying and sending use the same code.
    ///
    ///     let orders = try Domain("Order", behavior: Order.behavior, commands: Order.commands)
    ///
    /// - Parameters:
    ///   - entityType: the first part of the streams' names.
    ///   - behavior: makes the behavior of one entity; its stores and its writer are set by whoever runs it.
    ///   - commands: what a person can send; none for a domain that is only looked at.
    ///
    /// Throws what `behavior` throws.
    public init<Message, Event, State: Encodable, Reply: Sendable>(
        _ entityType: String,
        behavior: @escaping @Sendable (PersistenceID) throws -> EventSourcedBehavior<Message, Event, State>,
        commands: [DomainCommand<Message, Reply>]
    ) throws {
        let prototype = try behavior(PersistenceID(entityType, "prototype"))
        let byName = Dictionary(commands.map { ($0.description.name, $0) }) { first, _ in first }
        let dryRun = DryRun(behavior: behavior, commands: byName)
        let codec = JSONCodec()
        let open: @Sendable (PersistenceID, EntityHost) throws -> any LiveEntity = { id, host in
            BehaviorEntity(behavior: try behavior(id), commands: byName, host: host)
        }
        self.init(
            entityType: entityType, isGeneric: false, replayFilter: prototype.replayFilter,
            recoveryPolicy: prototype.recoveryPolicy,

            eventTypes: prototype.registry.names,
            commands: commands.map(\.description),
            empty: { BehaviorState(state: prototype.emptyState, behavior: prototype, codec: codec) },
            restore: { snapshot throws -> any FoldedState in
                guard let snapshots = prototype.snapshotCodec else { throw NoSnapshotsError(entityType: entityType) }
                return BehaviorState(state: try snapshots.decode(snapshot), behavior: prototype, codec: codec)
            },
            decide: { command, state, id, number in
                guard let state = state as? BehaviorState<Message, Event, State> else {
                    return .failed("the state is of another domain than \(entityType)")
                }
                return dryRun.decide(command, on: state.state, of: id, at: number)
            },
            open: commands.isEmpty ? nil : open)
    }
}

/// A snapshot of an entity that takes none.
private struct NoSnapshotsError: Error, CustomStringConvertible {
    let entityType: String
    var description: String { "the domain \(entityType) has no snapshots, so this one can't be read" }
}

/// A state with the behavior that folds it.
private struct BehaviorState<Message: Sendable, Event: Sendable, State: Encodable & Sendable>: FoldedState {
    var state: State
    let behavior: EventSourcedBehavior<Message, Event, State>
    let codec: JSONCodec

    mutating func fold(_ event: borrowing StoredEvent) throws {
        let (type, version, registry) = (event.type, event.schemaVersion, behavior.registry)
        let decoded = try event.withPayload { try registry.decode(type: type, version: version, payload: $0) }
        var next = state
        try behavior.fold(decoded, into: &next)
        state = next
    }

    func tree() throws -> JSONValue {
        try JSONReader().read(codec.encode(state)).value
    }
}

/// Tries commands with the real handler, where nothing runs and nothing is written.
private struct DryRun<Message: Sendable, Event: Sendable, State: Sendable, Reply: Sendable>: Sendable {
    let behavior: @Sendable (PersistenceID) throws -> EventSourcedBehavior<Message, Event, State>
    let commands: [String: DomainCommand<Message, Reply>]
    /// Nobody steps it, so a handler that sends something reaches nobody.
    private let system = ActorSystem(name: "dry-run", scheduler: StepScheduler())

    init(
        behavior: @escaping @Sendable (PersistenceID) throws -> EventSourcedBehavior<Message, Event, State>,
        commands: [String: DomainCommand<Message, Reply>]
    ) {
        self.behavior = behavior
        self.commands = commands
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
            if let refusal = (reply as? any CommandReply)?.refusal { return .refused(refusal) }
            if !types.isEmpty { return .append(types: types) }
            if effect.kind == .unhandled { return .refused("\(id) does not handle \(command.name) now") }
            return .nothing(reply: reply.map { "\($0)" })
        } catch {
            return .failed("\(error)")
        }
    }
}

/// What was sent to an address, in its order.
private final class Captured<Message: Sendable>: Sendable {
    private let messages = Locked<[Message]>([])

    func add(_ message: Message) { messages.withLock { $0.append(message) } }

    var first: Message? { messages.withLock { $0.first } }

    func takeAll() -> [Message] {
        messages.withLock { messages in
            defer { messages = [] }
            return messages
        }
    }
}

/// A live entity that runs a behavior on a host's stores; one that stopped is started again by the next command.
private final class BehaviorEntity<Message: Sendable, Event: Sendable, State: Sendable, Reply: Sendable>: LiveEntity {
    private let commands: [String: DomainCommand<Message, Reply>]
    private let host: EntityHost
    private let actor: Behavior<Message>
    private let id: PersistenceID
    private let notices = Captured<CommitNotice>()
    private let running = Locked<ActorRef<Message>?>(nil)

    init(
        behavior: EventSourcedBehavior<Message, Event, State>, commands: [String: DomainCommand<Message, Reply>],
        host: EntityHost
    ) {
        self.commands = commands
        self.host = host
        id = behavior.id
        let notices = notices
        var behavior = behavior.withEventStore(host.events).withWriter(host.writer)
            .withCommitObserver { notices.add($0) }
        if let snapshots = host.snapshots { behavior = behavior.withSnapshotStore(snapshots) }
        actor = behavior.behavior
    }

    func send(_ command: ParsedCommand, timeout: Duration) async throws -> CommandOutcome {
        guard let form = commands[command.name] else {
            throw StoreError(.invalid, stream: id, detail: "there is no command \(command.name)")
        }
        let message = try form.message(command)
        _ = notices.takeAll()
        let start = ContinuousClock.now
        let reply = try await reply(to: message, timeout: timeout)
        let took = ContinuousClock.now - start
        let appended = notices.takeAll().flatMap { notice in
            zip(notice.sequenceNumbers, notice.types).map {
                CommandOutcome.AppendedEvent(sequenceNumber: $0, type: $1)
            }
        }
        return CommandOutcome(
            appended: appended, reply: "\(reply)", refusal: (reply as? any CommandReply)?.refusal,
            microseconds: took.components.seconds * 1_000_000 + took.components.attoseconds / 1_000_000_000_000)
    }

    private func reply(
        to message: @Sendable (ActorRef<Reply>) -> Message, timeout: Duration
    ) async throws -> Reply {
        do {
            do {
                return try await runningActor().ask(timeout: timeout, message)
            } catch AskError.stopped {
                // It was about to stop when the command came and did not handle it, so a new one takes the command.
                return try await runningActor().ask(timeout: timeout, message)
            }
        } catch AskError.rejected(let cause) {
            throw cause
        }
    }

    private func runningActor() -> ActorRef<Message> {
        running.withLock { running in
            if let ref = running, !ref.isStopped { return ref }
            let ref = host.system.spawn(actor, name: id.description)
            running = ref
            return ref
        }
    }

    func stop() async {
        guard let ref = running.withLock({ $0 }), !ref.isStopped else { return }
        let (ends, end) = AsyncStream<Void>.makeStream()
        let watcher: ActorRef<Void> = host.system.spawn(
            .setup { context in
                context.watch(ref)
                return .receive { _, _ in .same }
            }.onSignal { _, signal in
                // After `PostStop` the system has stopped all, the entity included or in its turn.
                if signal is Terminated || signal is PostStop { end.finish() }
                return signal is Terminated ? .stopped : .unhandled
            }.apartFromSiblings())
        if watcher.isStopped { end.finish() }
        host.system.stop(ref)
        for await _ in ends {}
    }
}
