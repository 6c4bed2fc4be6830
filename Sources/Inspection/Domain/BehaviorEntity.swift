import Actors
import EventSourcing

/// A live entity that runs a behavior on a host's stores; one that stopped is started again by the next command.
final class BehaviorEntity<Message: Sendable, Event: Sendable, State: Sendable, Reply: Sendable>: LiveEntity {
    private let commands: [String: DomainCommand<Message, Reply>]
    private let reading: ReplyReading<Reply>
    private let host: EntityHost
    private let actor: Behavior<Message>
    private let id: PersistenceID
    private let notices = Captured<CommitNotice>()
    /// So many commits are kept for a command: others come all the time, with no command that asks for them.
    private static var mostNotices: Int { 1_000 }
    private let running = Locked<ActorRef<Message>?>(nil)

    init(
        behavior: EventSourcedBehavior<Message, Event, State>, commands: [String: DomainCommand<Message, Reply>],
        reading: ReplyReading<Reply>, host: EntityHost
    ) {
        self.commands = commands
        self.reading = reading
        self.host = host
        id = behavior.id
        let notices = notices
        var behavior = behavior.withEventStore(host.events).withWriter(host.writer)
            .withCommitObserver { notices.add($0, keeping: Self.mostNotices) }
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
        // Others write meanwhile: timers that fire, and what the outbox brings.
        let appended = notices.takeAll().filter { reading.answers(reply, $0) }.flatMap { notice in
            zip(notice.sequenceNumbers, notice.types).map {
                CommandOutcome.AppendedEvent(sequenceNumber: $0, type: $1)
            }
        }
        return CommandOutcome(
            appended: appended, reply: reading.text(reply), refusal: reading.refusal(reply),
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

    /// The actor, started where it does not run.
    func runningActor() -> ActorRef<Message> {
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
