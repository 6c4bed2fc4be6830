internal import Synchronization

/// What became of a message that was put into a mailbox.
private enum DeliveryOutcome {
    case queued
    case mustSchedule
    case closed
}

/// One actor: its mailbox, its behavior, and all the runtime knows about it.
///
/// A cell that has something to do is given to the scheduler once, which activates it once; so at most one activation of
/// a cell runs at any time, and the cell is given to the scheduler again only by that activation's end.
// Safe to send: `mailbox`, `children` and the atomics guard themselves; every other variable is touched only within an
// activation, of which there is one at a time, and the mailbox's lock, which each one takes at its beginning and its
// end, orders them.
final class Cell<Message: Sendable>: Recipient<Message>, ActorCell, @unchecked Sendable {
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
    let mailbox = Mutex(Mailbox<Message>())
    let children = Mutex(Children())
    /// True while `mailbox.system` is not empty, so that a running activation need not lock to look.
    private let hasSystemMessages = Atomic(false)
    private let backlogCount = Atomic(0)

    // Touched only within an activation.
    let spawnedBehavior: ActiveBehavior<Message>
    var behavior: ActiveBehavior<Message>
    var supervision: SupervisionStrategy
    var phase = Phase.starting
    var isSuspended = false
    /// Taken from the mailbox, the next one last.
    var backlog: [Envelope<Message>] = []
    var stash: [Envelope<Message>] = []
    var current: Envelope<Message>?
    var timers = ActorTimers<Message>()
    var receiveTimeout = ReceiveTimeoutState()
    var restarts: [Int64] = []
    var backOffGeneration = 0
    /// What the actor failed with, if its parent is to be told once it has stopped.
    var escalatedCause: (any Error)?
    var startFailure: (any Error)?
    /// Signals that came during a restart.
    var heldSignals: [any Signal] = []
    private(set) var handledMessages = 0
    private(set) lazy var context = ActorContext(cell: self)

    init(behavior: Behavior<Message>, path: ActorPath, parent: any ActorParent, system: ActorSystem) {
        self.ownPath = path
        self.parent = parent
        if case .active(let active) = behavior.form {
            self.spawnedBehavior = active
        } else {
            self.spawnedBehavior = ActiveBehavior(action: .nothing)
        }
        self.behavior = spawnedBehavior
        self.supervision = spawnedBehavior.supervision ?? .stop
        super.init(system: system)
    }

    override var path: ActorPath { ownPath }

    override var isStopped: Bool { mailbox.withLock { $0.isClosed } }

    var pendingMessages: Int {
        let own = mailbox.withLock { $0.incoming.count } + backlogCount.load(ordering: .relaxed)
        return children.withLock { $0.inOrder }.reduce(own) { $0 + $1.pendingMessages }
    }

    // MARK: - Sending

    override func deliver(_ envelope: Envelope<Message>) {
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

    func addWatcher(_ watcher: any ActorCell) {
        let hasStopped = mailbox.withLock { mailbox in
            if !mailbox.isClosed, !mailbox.watchers.contains(where: { $0 === watcher }) {
                mailbox.watchers.append(watcher)
            }
            return mailbox.isClosed
        }
        if hasStopped { watcher.enqueue(.signal(Terminated(actor: AnyActorRef(recipient: self)))) }
    }

    func removeWatcher(_ watcher: any ActorCell) {
        mailbox.withLock { $0.watchers.removeAll { $0 === watcher } }
    }

    // MARK: - Handling

    func activate(limit: Int) async {
        var left = limit
        while true {
            while hasSystemMessages.load(ordering: .relaxed), let message = nextSystemMessage() {
                await handle(message)
            }
            guard left > 0, canReceive, let envelope = nextEnvelope() else { break }
            left -= 1
            await receive(envelope)
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
    private func nextEnvelope() -> Envelope<Message>? {
        if backlog.isEmpty {
            mailbox.withLock { swap(&backlog, &$0.incoming) }
            backlog.reverse()
        }
        let envelope = backlog.popLast()
        backlogCount.store(backlog.count, ordering: .relaxed)
        return envelope
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

    private func receive(_ envelope: Envelope<Message>) async {
        if let origin = envelope.origin, origin.isRevoked { return }
        handledMessages &+= 1
        receiveTimeout.noteActivity(at: system.scheduler)
        guard case .receive(let handler) = behavior.action else {
            return system.giveUp(envelope, for: path, reason: .unhandled)
        }
        current = envelope
        do {
            let next = try await handler(context, envelope.message)
            if case .same = next.form {
            } else {
                try await follow(next)
            }
        } catch {
            current?.origin?.fail(.rejected(error))
            current = nil
            await failed(error)
        }
        current = nil
    }

    /// Goes over to what a handler returned.
    func follow(_ next: Behavior<Message>) async throws {
        switch next.form {
        case .same:
            break
        case .unhandled:
            if let current { system.giveUp(current, for: path, reason: .unhandled) }
        case .stopped:
            await beginStop()
        case .active(let active):
            try await become(active)
        }
    }

    /// Makes a behavior the present one, running its setups first.
    func become(_ next: ActiveBehavior<Message>) async throws {
        var next = next
        while true {
            if let strategy = next.supervision { supervision = strategy }
            guard case .setup(let make) = next.action else { break }
            behavior = ActiveBehavior(action: .nothing, onSignal: next.onSignal)
            let made = try await make(context)
            switch made.form {
            case .active(let active):
                next = ActiveBehavior(
                    action: active.action, onSignal: active.onSignal ?? next.onSignal, supervision: active.supervision)
            case .stopped:
                return await beginStop()
            case .same, .unhandled:
                next = ActiveBehavior(action: .nothing, onSignal: next.onSignal)
            }
        }
        behavior = next
    }

    /// Tells the present behavior; false if it does not handle the signal.
    @discardableResult
    func tell(_ signal: any Signal) async throws -> Bool {
        guard let handler = behavior.onSignal else { return false }
        let next = try await handler(context, signal)
        if case .unhandled = next.form { return false }
        try await follow(next)
        return true
    }

    // MARK: - The end

    /// Closes the mailbox and gives up what is left in it, oldest first.
    func close(reason: DeadLetterReason) -> [any ActorCell] {
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
                if let startFailure { origin.fail(.rejected(startFailure)) }
            }
            system.giveUp(envelope, for: path, reason: reason)
        }
        return watchers
    }
}

extension Cell {
    func spawn<Child: Sendable>(_ behavior: Behavior<Child>, name: String?) -> ActorRef<Child> {
        switch phase {
        case .starting, .running: break
        case .restarting, .stopping, .stopped:
            return ActorRef(recipient: NoRecipient(path: path.appending(name ?? "#"), system: system))
        }
        let child = children.withLock { children in
            let free = children.freeName(name)
            let child = Cell<Child>(behavior: behavior, path: path.appending(free), parent: self, system: system)
            children.add(child, name: free)
            return child
        }
        child.enqueue(.start)
        return ActorRef(recipient: child)
    }

    /// The backlog holds the next message last, so what goes in front is appended in reverse.
    func unstashAll() {
        backlog.append(contentsOf: stash.reversed())
        stash = []
    }
}
