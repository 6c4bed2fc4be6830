/// When an actor is told that no message came.
struct ReceiveTimeoutState {
    var duration: Duration?
    var entry: TimerEntry?
    /// Tells a firing of the present setting from one of an earlier setting.
    var generation = 0
    private(set) var lastActivity: Int64 = 0

    /// Notes that a message was handled; costs nothing unless a time-out is set.
    mutating func noteActivity(at scheduler: any ActorScheduler) {
        if duration != nil { lastActivity = scheduler.ticks }
    }

    /// When the actor will have been idle for long enough.
    var due: Int64? {
        guard let duration else { return nil }
        let (sum, overflow) = lastActivity.addingReportingOverflow(max(1_000, duration.wholeNanoseconds))
        return overflow ? .max : sum
    }
}

extension Cell {
    func startTimer(
        _ key: String, after delay: Duration, interval: Duration?,
        makeEnvelope: @escaping @Sendable (ActorTimer) -> Envelope
    ) {
        let timer = ActorTimer(interval: interval, cell: self, makeEnvelope: makeEnvelope)
        timers.set(timer, forKey: key)?.cancel()
        timer.start(after: delay)
    }

    func cancelTimer(_ key: String) {
        timers.remove(key)?.cancel()
    }

    func cancelAllTimers() {
        for timer in timers.removeAll() { timer.cancel() }
        setReceiveTimeout(nil)
    }

    /// Has an actor that may be passivated told when it is idle, unless its setup set a time-out of its own.
    func armPassivation() {
        if let passivation, receiveTimeout.duration == nil { setReceiveTimeout(passivation) }
    }

    func setReceiveTimeout(_ duration: Duration?) {
        receiveTimeout.entry?.cancel()
        receiveTimeout.entry = nil
        receiveTimeout.generation += 1
        receiveTimeout.duration = duration
        receiveTimeout.noteActivity(at: system.scheduler)
        armReceiveTimeout()
    }

    /// The deadline is not moved with each message: when it comes, it is set again for the time that is left.
    private func armReceiveTimeout() {
        guard let due = receiveTimeout.due else { return }
        let end = ReceiveTimeoutEnd(cell: self, generation: receiveTimeout.generation)
        receiveTimeout.entry = system.scheduler.startTimer(at: due, end)
    }

    func receiveTimeoutDue(_ generation: Int) async {
        guard case .running = phase, generation == receiveTimeout.generation, let due = receiveTimeout.due else {
            return
        }
        let hasWork = isSuspended || isKeptAwake || asideCount > 0 || !stash.isEmpty
        let isIdle = due <= system.scheduler.ticks && backlog.isEmpty && mailbox.withLock { $0.incoming.isEmpty }
        guard isIdle else {
            if due <= system.scheduler.ticks { receiveTimeout.noteActivity(at: system.scheduler) }
            return armReceiveTimeout()
        }
        do {
            let isHandled = try await tell(ReceiveTimeout())
            if !isHandled, passivation != nil, !hasWork { await beginStop() }
        } catch {
            await failed(error)
        }
        if generation == receiveTimeout.generation {
            receiveTimeout.noteActivity(at: system.scheduler)
            armReceiveTimeout()
        }
    }
}

/// The moment at which an actor may have been idle for long enough.
private final class ReceiveTimeoutEnd: TimerTarget {
    let cell: Cell
    let generation: Int

    init(cell: Cell, generation: Int) {
        self.cell = cell
        self.generation = generation
    }

    func timerFired(_ entry: TimerEntry, at ticks: Int64) {
        cell.enqueue(.receiveTimeoutDue(generation: generation))
    }
}
