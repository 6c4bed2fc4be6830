/// One timer of an actor: it sends the actor a message when it is due.
final class ActorTimer: TimerTarget, EnvelopeOrigin {
    private struct State {
        var entry: TimerEntry?
        var isCancelled = false
        var isSpent = false
    }

    private let makeEnvelope: @Sendable (ActorTimer) -> Envelope
    /// Nanoseconds from one firing to the next; nil for a timer that fires once.
    private let interval: Int64?
    private let cell: Cell
    private let state = Locked(State())

    init(interval: Duration?, cell: Cell, makeEnvelope: @escaping @Sendable (ActorTimer) -> Envelope) {
        self.makeEnvelope = makeEnvelope
        // A timer that repeats without any time between would never let the clock move on.
        self.interval = interval.map { max(1_000, $0.wholeNanoseconds) }
        self.cell = cell
    }

    /// True once it is cancelled: a message of it that already waits is not handled any more.
    var isRevoked: Bool { state.withLock { $0.isCancelled } }

    var awaitsAnswer: Bool { false }

    var isSpent: Bool { state.withLock { $0.isSpent } }

    func start(after delay: Duration) {
        let entry = cell.system.scheduler.startTimer(after: delay, self)
        remember(entry)
    }

    func cancel() {
        let entry = state.withLock { state in
            state.isCancelled = true
            return state.entry.take()
        }
        entry?.cancel()
    }

    func fail(_ error: AskError) {}

    func timerFired(_ entry: TimerEntry, at ticks: Int64) {
        if let interval {
            // A live system that was held up does not make up for the firings it missed.
            let (next, overflow) = entry.due.addingReportingOverflow(interval)
            let due = overflow ? Int64.max : next > ticks ? next : ticks + interval
            if !isRevoked { remember(cell.system.scheduler.startTimer(at: due, self)) }
        } else {
            state.withLock { $0.isSpent = true }
        }
        if !isRevoked { cell.deliver(makeEnvelope(self)) }
    }

    /// Keeps the entry to cancel it later; it may have been cancelled or fired meanwhile.
    private func remember(_ entry: TimerEntry) {
        let isCancelled = state.withLock { state in
            state.entry = entry
            return state.isCancelled
        }
        if isCancelled { entry.cancel() }
    }
}
