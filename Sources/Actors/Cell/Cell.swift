internal import Synchronization

/// What became of a message that was put into a mailbox.
private enum DeliveryOutcome {
    case queued
    case mustSchedule
    case closed
}

/// One actor: its mailbox, its place in the tree and its life; `BehaviorCell` adds what it does with messages.
///
/// A cell that has something to do is given to the scheduler once, which activates it once; so at most one activation
/// of a cell runs at any time, and the cell is given to the scheduler again only by that activation's end.
// Safe to send: `mailbox`, `children` and the atomics guard themselves; every other variable is touched only within an
// activation, of which there is one at a time. The next one is scheduled either by the end of the last one or, under
// the mailbox's lock, after that end has taken the same lock; so each sees all that the last one wrote.
class Cell: Recipient, @unchecked Sendable {
    enum Phase {
        case starting
        case running
        /// Failed; waits for its children to stop and for the back-off to pass.
        case restarting(Restart)
        case stopping
        case stopped
    }

    struct Restart {
        let cause: any Error
        var waitsForBackOff: Bool
    }

    private let ownPath: ActorPath
    let parent: any ActorParent
    let mailbox = Locked(Mailbox())
    let children = Locked(Children())
    /// True while `mailbox.system` is not empty, so that a running activation need not lock to look.
    private let hasSystemMessages = Atomic(false)
    private let backlogCount = Atomic(0)

    // Touched only within an activation.
    var supervision = SupervisionStrategy.stop
    var phase = Phase.starting
    var isSuspended = false
    /// Taken from the mailbox, the next one last.
    var backlog: [Envelope] = []
    var stash: [Envelope] = []
    var current: Envelope?
    var timers = ActorTimers()
    var receiveTimeout = ReceiveTimeoutState()
    var restarts: [Int64] = []
    var backOffGeneration = 0
    /// What the actor failed with, if its parent is to be told once it has stopped.
    var escalatedCause: (any Error)?
    /// Why the actor could not start; who waits for an answer is told its cause, as with any other failure.
    var startFailure: ActorInitializationError?
    /// Signals that came during a restart.
    var heldSignals: [any Signal] = []
    /// How many messages were begun; others read it between activations only.
    private(set) var handledMessages = 0

    init(path: ActorPath, parent: any ActorParent, system: ActorSystem) {
        self.ownPath = path
        self.parent = parent
        super.init(system: system)
    }

    override var path: ActorPath { ownPath }

    override var isStopped: Bool { mailbox.withLock { $0.isClosed } }

    /// How many messages wait in this mailbox and in those below it.
    var pendingMessages: Int {
        let own = mailbox.withLock { $0.incoming.count } + backlogCount.load(ordering: .relaxed)
        return children.withLock { $0.inOrder }.reduce(own) { $0 + $1.pendingMessages }
    }

    // MARK: - Sending

    override func deliver(_ envelope: Envelope) {
        let outcome: DeliveryOutcome = mailbox.withLock { mailbox in
            guard !mailbox.isClosed else { return .closed }
            mailbox.incoming.append(envelope)
            guard !mailbox.isScheduled else { return .queued }
            mailbox.isScheduled = true
            return .mustSchedule
        }
        switch outcome {
        case .queued: break
        case .mustSchedule: system.scheduler.schedule(self)
        case .closed: system.giveUp(envelope, for: path, reason: .recipientStopped)
        }
    }

    /// Puts one of the runtime's own messages before all that wait.
    func enqueue(_ message: SystemMessage) {
        let mustSchedule = mailbox.withLock { mailbox in
            guard !mailbox.isClosed else { return false }
            mailbox.system.append(message)
            hasSystemMessages.store(true, ordering: .relaxed)
            defer { mailbox.isScheduled = true }
            return !mailbox.isScheduled
        }
        if mustSchedule { system.scheduler.schedule(self) }
    }

    /// Has the watcher told when this actor stops; at once if it has.
    func addWatcher(_ watcher: Cell) {
        let hasStopped = mailbox.withLock { mailbox in
            if !mailbox.isClosed, !mailbox.watchers.contains(where: { $0 === watcher }) {
                mailbox.watchers.append(watcher)
            }
            return mailbox.isClosed
        }
        if hasStopped { watcher.enqueue(.signal(Terminated(actor: AnyActorRef(recipient: self)))) }
    }

    func removeWatcher(_ watcher: Cell) {
        mailbox.withLock { $0.watchers.removeAll { $0 === watcher } }
    }

    // MARK: - Handling

    /// Handles what waits, at most so many messages; called by schedulers only.
    func activate(limit: Int) async {
        var left = limit
        while true {
            while hasSystemMessages.load(ordering: .relaxed), let message = nextSystemMessage() {
                await handle(message)
            }
            guard left > 0, canReceive, let envelope = nextEnvelope() else { break }
            left -= 1
            if let origin = envelope.origin, origin.isRevoked { continue }
            handledMessages &+= 1
            receiveTimeout.noteActivity(at: system.scheduler)
            current = envelope
            if let headers = envelope.headers {
                await MessageHeaders.$current.withValue(headers) { await receive(envelope) }
            } else {
                await receive(envelope)
            }
            current = nil
        }
        finishActivation()
    }

    private var canReceive: Bool {
        if case .running = phase { return !isSuspended }
        return false
    }

    private func nextSystemMessage() -> SystemMessage? {
        mailbox.withLock { mailbox in
            guard !mailbox.system.isEmpty else { return nil }
            let message = mailbox.system.removeFirst()
            hasSystemMessages.store(!mailbox.system.isEmpty, ordering: .relaxed)
            return message
        }
    }

    /// Takes the next message; when the backlog is used up, all that has arrived meanwhile becomes the backlog.
    private func nextEnvelope() -> Envelope? {
        if backlog.isEmpty {
            mailbox.withLock { swap(&backlog, &$0.incoming) }
            backlog.reverse()
        }
        let envelope = backlog.popLast()
        backlogCount.store(backlog.count, ordering: .relaxed)
        return envelope
    }

    /// Puts the stash in front of the backlog, whose next message is its last.
    func unstashAll() {
        backlog.append(contentsOf: stash.reversed())
        backlogCount.store(backlog.count, ordering: .relaxed)
        stash = []
    }

    private func finishActivation() {
        let hasBacklog = !backlog.isEmpty
        let canReceive = canReceive
        let hasMore = mailbox.withLock { mailbox in
            mailbox.isScheduled =
                !mailbox.system.isEmpty || canReceive && (hasBacklog || !mailbox.incoming.isEmpty)
            return mailbox.isScheduled
        }
        if hasMore { system.scheduler.schedule(self) }
    }

    // MARK: - Behavior

    /// Begins from the behavior the actor was spawned with.
    func begin() async throws {}

    /// Handles one message, and what goes wrong with it.
    func receive(_ envelope: Envelope) async {
        system.giveUp(envelope, for: path, reason: .unhandled)
    }

    /// Tells the present behavior; false if it does not handle the signal.
    @discardableResult
    func tell(_ signal: any Signal) async throws -> Bool { false }

    /// Lets go of the behavior and all it captured.
    func end() {}

    // MARK: - The end

    /// Closes the mailbox and gives up what is left in it, oldest first.
    func close(reason: DeadLetterReason) -> [Cell] {
        let (left, watchers) = mailbox.withLock { mailbox in
            mailbox.isClosed = true
            mailbox.system = []
            hasSystemMessages.store(false, ordering: .relaxed)
            defer {
                mailbox.incoming = []
                mailbox.watchers = []
            }
            return (mailbox.incoming, mailbox.watchers)
        }
        let all = stash + backlog.reversed() + left
        stash = []
        backlog = []
        backlogCount.store(0, ordering: .relaxed)
        for envelope in all {
            if let origin = envelope.origin {
                if origin.isRevoked { continue }
                if let startFailure { origin.fail(.rejected(startFailure.cause)) }
            }
            system.giveUp(envelope, for: path, reason: reason)
        }
        return watchers
    }
}
