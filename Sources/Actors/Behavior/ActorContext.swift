/// What a handler can reach of its actor: who it is, the time, its children, its stash, its timers.
///
/// A context belongs to the handler it was given to; it can't be sent to another task.
public final class ActorContext<Message: Sendable> {
    unowned let cell: BehaviorCell<Message>

    /// How many messages the stash holds at most; 1,000 unless it is set. Below 0 counts as 0.
    public var stashCapacity = 1_000

    init(cell: BehaviorCell<Message>) {
        self.cell = cell
    }

    /// The actor's own address.
    public var myself: ActorRef<Message> { ActorRef(recipient: cell) }

    /// Where the actor stands in its system.
    public var path: ActorPath { cell.path }

    /// The system the actor lives in.
    public var system: ActorSystem { cell.system }

    /// The present moment, by the system's clock.
    public var now: Timestamp { cell.system.now }

    /// A log that names this actor.
    public var log: ActorLog { cell.system.log(for: cell.path) }

    // MARK: - Children

    /// The living children, in the order they were spawned in.
    public var children: [AnyActorRef] {
        cell.children.withLock { $0.inOrder }.map { AnyActorRef(recipient: $0) }
    }

    /// Starts a child, which is stopped before this actor stops or restarts.
    ///
    /// - Parameters:
    ///   - behavior: what it does with its messages.
    ///   - name: a living sibling of the same name makes it `name#2` or the like; nil gives it a number.
    /// - Returns: its address; while this actor stops, that of an actor that has stopped.
    @discardableResult
    public func spawn<Child: Sendable>(_ behavior: Behavior<Child>, name: String? = nil) -> ActorRef<Child> {
        cell.spawn(behavior, name: name)
    }

    /// Stops a child after the message it handles; other actors are left alone.
    public func stop<Child>(_ child: ActorRef<Child>) {
        stop(child.erased)
    }

    /// Stops a child after the message it handles; other actors are left alone.
    public func stop(_ child: AnyActorRef) {
        guard cell.children.withLock({ $0.contains(child.recipient) }) else { return }
        cell.system.stop(child)
    }

    /// Has this actor told with `Terminated` when another one stops; at once if it has stopped.
    public func watch<Other>(_ other: ActorRef<Other>) {
        watch(other.erased)
    }

    /// Has this actor told with `Terminated` when another one stops; at once if it has stopped.
    public func watch(_ other: AnyActorRef) {
        guard cell.watched.insert(other).inserted else { return }
        other.recipient.addWatcher(Watcher(cell: cell, watched: other.recipient))
    }

    /// Ends a watch; a `Terminated` that is on its way does not arrive any more.
    public func unwatch<Other>(_ other: ActorRef<Other>) {
        unwatch(other.erased)
    }

    /// Ends a watch; a `Terminated` that is on its way does not arrive any more.
    public func unwatch(_ other: AnyActorRef) {
        guard cell.watched.remove(other) != nil else { return }
        other.recipient.removeWatcher(cell)
    }

    /// Tells this actor a signal, after the present handler and before any message that waits.
    public func raise(_ signal: any Signal) {
        cell.enqueue(.signal(signal))
    }

    // MARK: - For layers above

    /// Answers whether the actor was told to stop, also while it is busy; from any thread.
    package var stopProbe: @Sendable () -> Bool {
        let cell = cell
        return { cell.isToldToStop }
    }

    /// Has the stop that follows count as a failure, so that a registry waits before it starts a successor.
    package func countStopAsFailure() {
        cell.stopsByFailure = true
    }

    /// Keeps a registry from passivating the actor while it is idle, or lets it again.
    package func keepAwake(_ isOn: Bool) {
        cell.isKeptAwake = isOn
    }

    // MARK: - The message being handled

    /// Whether the present message came from an ask.
    package var isAsked: Bool { cell.current?.origin?.awaitsAnswer ?? false }

    /// Fails the ask that the present message came from with `AskError.rejected`; the actor goes on.
    ///
    /// Nothing happens if the message was not asked or has been answered.
    public func reject(_ error: any Error) {
        cell.current?.origin?.fail(.rejected(error))
    }

    /// Fails the ask that the present message came from with `AskError.outcomeUnknown`; the actor goes on.
    ///
    /// - Parameter error: says what may have happened and how to find out.
    public func rejectUnknownOutcome(_ error: any Error) {
        cell.current?.origin?.fail(.outcomeUnknown(error))
    }

    /// Gives the present message to dead letters as one that is not handled; the actor goes on.
    ///
    /// An ask is rejected with `UnhandledMessageError`. A handler that only does this returns `Behavior.unhandled`.
    public func unhandled() {
        if let envelope = cell.current { cell.system.giveUp(envelope, for: cell.path, reason: .unhandled) }
    }

    /// Gives a message to dead letters, as sent to this actor.
    public func deadLetter(_ message: Message, _ reason: DeadLetterReason) {
        let envelope = MessageEnvelope(message, sender: cell.current?.sender)
        cell.system.giveUp(envelope, for: cell.path, reason: reason)
    }
}
