internal import Synchronization

/// What became of a message that was put into a mailbox.
enum DeliveryOutcome {
    case queued
    case mustSchedule
    case full
    case closed
}

/// Keeps the place of an actor that may stop and come back: it gets what the actor left unhandled.
protocol CellHost: Recipient {
    /// The cell has stopped and left these messages, oldest first.
    func cellDidStop(_ cell: Cell, leaving envelopes: [Envelope])
}

/// One actor: its mailbox, its place in the tree and its life; `BehaviorCell` adds what it does with messages.
///
/// A cell that has something to do is given to the scheduler once, which activates it once; so at most one activation
/// of a cell runs at any time, and the cell is given to the scheduler again only by that activation's end.
// Safe to send: `mailbox`, `children` and the atomics guard themselves; every other variable is touched only within an
// activation, of which there is one at a time. The next one is scheduled either by the end of the last one or, under
// the mailbox's lock, after that end has taken the same lock; so each sees all that the last one wrote.
class Cell: Recipient, ActorParent, @unchecked Sendable {
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
    /// How many messages may wait.
    let capacity: Int
    /// What gets the messages that this cell does not come to; nil: they are dead letters.
    let host: (any CellHost)?
    /// How long the actor may be idle before it is passivated; nil for ever.
    let passivation: Duration?
    let mailbox = Locked(Mailbox())
    let children = Locked(Children())
    /// True while `mailbox.system` is not empty, so that a running activation need not lock to look.
    private let hasSystemMessages = Atomic(false)
    private let backlogCount = Atomic(0)

    // Touched only within an activation.
    /// Whether the present behavior handles some messages without suspending.
    var handlesNow = false
    var supervision = SupervisionStrategy.stop
    var phase = Phase.starting
    var isSuspended = false
    /// Whether it has something to do later that its end would undo, so that it is not passivated.
    var isKeptAwake = false
    /// Taken from the mailbox, the next one last.
    var backlog: [Envelope] = []
    var stash: [Envelope] = []
    /// Waits behind a message that is put aside, the next one first.
    var heldBack: [Envelope] = []
    /// How many messages are put aside.
    var asideCount = 0
    var current: Envelope?
    var timers = ActorTimers()
    var receiveTimeout = ReceiveTimeoutState()
    var restarts: [Int64] = []
    var backOffGeneration = 0
    /// How many restarts there were since the actor was well for the quiet period.
    var backOffStep = 0
    /// Since when it runs without a failure; nil while it does not run.
    var wellSince: Int64?
    /// True if it stops because it failed.
    var stopsByFailure = false
    /// Whose end it will be told of.
    var watched: Set<AnyActorRef> = []
    /// What the actor failed with, if its parent is to be told once it has stopped.
    var escalatedCause: (any Error)?
    /// Why the actor could not start; who waits for an answer is told its cause, as with any other failure.
    var startFailure: ActorInitializationError?
    /// Signals that came during a restart.
    var heldSignals: [any Signal] = []
    /// How many messages were begun; others read it between activations only.
    private(set) var handledMessages = 0

    init(
        path: ActorPath, parent: any ActorParent, system: ActorSystem, capacity: Int = .max,
        host: (any CellHost)? = nil, passivation: Duration? = nil
    ) {
        self.ownPath = path
        self.parent = parent
        self.capacity = capacity
        self.host = host
        self.passivation = passivation
        super.init(system: system)
    }

    override var path: ActorPath { ownPath }

    override var isStopped: Bool { mailbox.withLock { $0.isClosed } }

    /// True once it was told to stop and has not come to that yet.
    var isToldToStop: Bool {
        hasSystemMessages.load(ordering: .relaxed)
            && mailbox.withLock { mailbox in
                mailbox.system.contains { if case .stop = $0 { true } else { false } }
            }
    }

    /// How many messages wait in this mailbox and in those below it.
    var pendingMessages: Int {
        let own = mailbox.withLock { $0.incoming.count } + backlogCount.load(ordering: .relaxed)
        return children.withLock { $0.inOrder }.reduce(own) { $0 + $1.pendingMessages }
    }

    // MARK: - Sending

    override func admit(_ envelope: Envelope) -> Cell? {
        switch put(envelope) {
        case .queued: break
        case .mustSchedule: return self
        case .full: system.giveUp(envelope, for: path, reason: .mailboxOverflow(capacity: capacity))
        case .closed:
            if let host { return host.admit(envelope) }
            system.giveUp(envelope, for: path, reason: .recipientStopped)
        }
        return nil
    }

    /// Takes over messages that a predecessor did not come to, however many; called before the start.
    func adopt(_ envelopes: [Envelope]) {
        mailbox.withLock { $0.incoming = envelopes }
    }

    /// Puts a message into the mailbox; who is told `mustSchedule` has the cell activated.
    func put(_ envelope: Envelope) -> DeliveryOutcome {
        mailbox.withLock { mailbox in
            guard !mailbox.isClosed else { return .closed }
            if capacity != .max, mailbox.incoming.count + backlogCount.load(ordering: .relaxed) >= capacity {
                return .full
            }
            mailbox.incoming.append(envelope)
            guard !mailbox.isScheduled else { return .queued }
            mailbox.isScheduled = true
            return .mustSchedule
        }
    }

    override func control(_ message: SystemMessage) { enqueue(message) }

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
    override func addWatcher(_ watcher: Watcher) {
        let hasStopped = mailbox.withLock { mailbox in
            if !mailbox.isClosed,
                !mailbox.watchers.contains(where: { $0.cell === watcher.cell && $0.watched === watcher.watched })
            {
                mailbox.watchers.append(watcher)
            }
            return mailbox.isClosed
        }
        if hasStopped { watcher.tell() }
    }

    override func removeWatcher(_ watcher: Cell) {
        mailbox.withLock { $0.watchers.removeAll { $0.cell === watcher } }
    }

    // MARK: - The tree

    /// True if what a sibling's strategy decides for all is also for this actor.
    var followsSiblings: Bool { true }

    func childDidStop(_ child: Cell, escalating cause: (any Error)?) {
        enqueue(.childStopped(child, escalating: cause))
    }

    func siblings(of child: Cell) -> [Cell] {
        children.withLock { $0.inOrder }.filter { $0 !== child }
    }

    // MARK: - Handling

    /// Handles what waits, at most so many messages; called by schedulers only.
    func activate(limit: Int) async {
        var left = limit
        while !activateNow(&left) {
            // What was begun and takes suspending goes before all else.
            if let envelope = current {
                if let headers = envelope.headers {
                    await MessageHeaders.$current.withValue(headers.passedOn) { await receive(envelope) }
                } else {
                    await receive(envelope)
                }
                current = nil
            }
            while hasSystemMessages.load(ordering: .relaxed), let message = nextSystemMessage() {
                await handle(message)
            }
        }
    }

    /// Handles what waits as long as nothing of it takes suspending, and takes so many messages off what is left.
    ///
    /// - Returns: true if the activation has ended; false if `activate` has to go on with it.
    func activateNow(_ left: inout Int) -> Bool {
        while true {
            if current != nil || hasSystemMessages.load(ordering: .relaxed) { return false }
            if HeldReplies.areDue { left = 0 }
            guard left > 0, canReceive, let envelope = nextEnvelope() else { break }
            left -= 1
            if let origin = envelope.origin, origin.isRevoked { continue }
            handledMessages &+= 1
            if receiveTimeout.duration != nil { receiveTimeout.noteActivity(at: system.scheduler) }
            current = envelope
            if !handlesNow { return false }
            if receiveNow(envelope) { current = nil }
        }
        finishActivation()
        return true
    }

    var canReceive: Bool {
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
            mailbox.withLock {
                swap(&backlog, &$0.incoming)
                // Under the lock, so that a sender never sees fewer than there are.
                noteBacklog()
            }
            backlog.reverse()
        }
        let envelope = backlog.popLast()
        noteBacklog()
        return envelope
    }

    /// What is held back waits as what is in the backlog does.
    private func noteBacklog() { backlogCount.store(backlog.count + heldBack.count, ordering: .relaxed) }

    /// Holds a message back, behind all that are.
    func holdBack(_ envelope: Envelope) {
        heldBack.append(envelope)
        noteBacklog()
    }

    /// Puts what is held back in front of the backlog, whose next message is its last.
    func letGoHeldBack() {
        if heldBack.isEmpty { return }
        backlog.append(contentsOf: heldBack.reversed())
        heldBack = []
    }

    /// Puts the stash in front of the backlog, whose next message is its last.
    func unstashAll() {
        backlog.append(contentsOf: stash.reversed())
        noteBacklog()
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

    /// Handles one message without suspending; false where that is left to `receive`.
    func receiveNow(_ envelope: Envelope) -> Bool { false }

    /// Handles one message, and what goes wrong with it.
    func receive(_ envelope: Envelope) async {
        system.giveUp(envelope, for: path, reason: .unhandled)
    }

    /// Tells the present behavior; false if it does not handle the signal.
    @discardableResult
    func tell(_ signal: any Signal) async throws -> Bool { false }

    /// Tells the present behavior the signal that it wants to be told first, where it has not been yet.
    func tellFirst() async {}

    /// Does what the behavior wants done before its end is told.
    func prepareStop() async {}

    /// Lets go of the behavior and all it captured.
    func end() {}

    // MARK: - The end

    /// Closes the mailbox and answers what is left in it, oldest first, and who wants to know.
    func close() -> (left: [Envelope], watchers: [Watcher]) {
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
        let all = stash + heldBack + backlog.reversed() + left
        stash = []
        heldBack = []
        backlog = []
        backlogCount.store(0, ordering: .relaxed)
        return (all.filter { !($0.origin?.isRevoked ?? false) }, watchers)
    }

    /// Makes dead letters of messages that the cell did not come to.
    func giveUp(_ envelopes: [Envelope], reason: DeadLetterReason) {
        for envelope in envelopes {
            if let startFailure { envelope.origin?.fail(.rejected(startFailure.cause)) }
            system.giveUp(envelope, for: path, reason: reason)
        }
    }

    /// Why its messages are dead letters once it has stopped.
    var reasonOfStop: DeadLetterReason {
        startFailure.map { .recipientFailedToStart("\($0)") } ?? .recipientStopped
    }
}
