/// A group of actors with one name, one clock, one scheduler and one place for dead letters.
///
/// A system lives until `shutdown()`; one that is let go without it keeps its actors.
public final class ActorSystem: Sendable {
    /// The name of the system, which is part of each actor's path.
    public let name: String
    /// Where messages end up that nobody handled.
    public let deadLetters: DeadLetters
    let scheduler: any ActorScheduler
    let guardian = Guardian()
    let extensions = Extensions()
    private let sink: any LogSink

    /// A system on the program's shared pool of threads, by the machine's time.
    ///
    /// - Parameters:
    ///   - name: part of every actor's path.
    ///   - scheduler: what decides when an actor runs.
    ///   - log: where warnings and failures are written; nothing is printed by itself.
    ///   - deadLetterCapacity: how many of the last dead letters are kept.
    public convenience init(
        name: String, scheduler: LiveScheduler = .live, log: any LogSink = SilentLog(), deadLetterCapacity: Int = 256
    ) {
        self.init(name: name, scheduling: scheduler, log: log, deadLetterCapacity: deadLetterCapacity)
    }

    /// A system that is stepped by hand, in virtual time; several may share one scheduler.
    public convenience init(
        name: String, scheduler: StepScheduler, log: any LogSink = SilentLog(), deadLetterCapacity: Int = 256
    ) {
        self.init(name: name, scheduling: scheduler, log: log, deadLetterCapacity: deadLetterCapacity)
    }

    private init(name: String, scheduling: any ActorScheduler, log: any LogSink, deadLetterCapacity: Int) {
        self.name = name
        self.scheduler = scheduling
        self.sink = log
        self.deadLetters = DeadLetters(capacity: deadLetterCapacity)
        scheduling.attach(guardian)
    }

    /// The clock that all of the system's times come from.
    public var clock: any ActorClock { scheduler }

    /// The present moment, by the system's clock.
    public var now: Timestamp { scheduler.now }

    /// The system's own log.
    public var log: ActorLog { log(for: nil) }

    /// The actors at the top level, in the order they were spawned in.
    public var children: [AnyActorRef] {
        guardian.children.map { AnyActorRef(recipient: $0) }
    }

    /// Starts an actor at the top level.
    ///
    /// - Parameters:
    ///   - behavior: what it does with its messages.
    ///   - name: a living sibling of the same name makes it `name#2` or the like; nil gives it a number.
    /// - Returns: its address; once the system has shut down, that of an actor that has stopped.
    @discardableResult
    public func spawn<Message: Sendable>(_ behavior: Behavior<Message>, name: String? = nil) -> ActorRef<Message> {
        let root = ActorPath(system: self.name, elements: [])
        let cell = guardian.add(name: name) { free in
            BehaviorCell(behavior: behavior, path: root.appending(free), parent: guardian, system: self)
        }
        guard let cell else {
            return ActorRef(recipient: NoRecipient(path: root.appending(name ?? "#"), system: self))
        }
        cell.enqueue(.start)
        return ActorRef(recipient: cell)
    }

    /// Stops an actor after the message it handles, its children first; what waits in its mailbox goes to dead letters.
    public func stop<Message>(_ actor: ActorRef<Message>) {
        stop(actor.erased)
    }

    /// Stops an actor after the message it handles, its children first; what waits in its mailbox goes to dead letters.
    public func stop(_ actor: AnyActorRef) {
        actor.recipient.control(.stop)
    }

    /// Keeps an actor from handling messages until `resume`; they wait in order.
    public func suspend<Message>(_ actor: ActorRef<Message>) {
        actor.recipient.control(.suspend)
    }

    /// Lets a suspended actor go on.
    public func resume<Message>(_ actor: ActorRef<Message>) {
        actor.recipient.control(.resume)
    }

    /// Stops all actors, the leaves first, and returns when the last one has.
    ///
    /// What is left in mailboxes goes to dead letters. What is spawned or sent afterwards is dead at once. On a step
    /// scheduler: `try scheduler.run { await system.shutdown() }`.
    public func shutdown() async {
        await guardian.stop()
        scheduler.detach(guardian)
    }

    /// Whether it is shut down, or being so.
    package var isShuttingDown: Bool { guardian.isStopping }

    /// A source of random bits that is this system's own; on a step scheduler with a seed, the same in every process.
    package func makeRandomNumberGenerator() -> any RandomNumberGenerator & Sendable {
        scheduler.makeRandomNumberGenerator()
    }

    func log(for path: ActorPath?) -> ActorLog {
        ActorLog(sink: sink, clock: scheduler, path: path)
    }

    func giveUp(_ envelope: Envelope, for recipient: ActorPath, reason: DeadLetterReason) {
        deadLetters.add(
            DeadLetter(
                time: now, recipient: recipient, sender: envelope.sender?.path, reason: reason,
                message: envelope.content))
        switch reason {
        case .unhandled:
            envelope.origin?.fail(
                .rejected(UnhandledMessageError(actor: recipient, messageType: envelope.messageType)))
        case .stashOverflow(let capacity):
            envelope.origin?.fail(
                .rejected(StashOverflowError(actor: recipient, capacity: capacity, count: capacity)))
        case .mailboxOverflow(let capacity):
            envelope.origin?.fail(.rejected(MailboxOverflowError(actor: recipient, capacity: capacity)))
        default:
            envelope.origin?.fail(.stopped(recipient))
        }
    }
}
