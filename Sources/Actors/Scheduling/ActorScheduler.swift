/// What runs next, and when: the only thing in which a live system differs from a stepped one.
protocol ActorScheduler: ActorClock, AnyObject {
    /// Nanoseconds of the time that timers go by; it never goes back.
    var ticks: Int64 { get }

    var timers: TimerQueue { get }

    /// Has the cell activated soon; the cell sees to it that this is not called again before the activation ends.
    func schedule(_ cell: Cell)

    /// Has the cell activated, if possible on the present thread, whose task is about to wait for what the cell does.
    func activateHere(_ cell: Cell)

    /// A deadline was added; a scheduler that sleeps must not sleep beyond it.
    func timerAdded(dueAt ticks: Int64)

    /// A source of random bits for one system: other bits at each call.
    func makeRandomNumberGenerator() -> any RandomNumberGenerator & Sendable

    /// A system begins to use the scheduler.
    func attach(_ guardian: Guardian)

    /// A system has shut down.
    func detach(_ guardian: Guardian)
}

extension ActorScheduler {
    func activateHere(_ cell: Cell) { schedule(cell) }

    func makeRandomNumberGenerator() -> any RandomNumberGenerator & Sendable { SystemRandomNumberGenerator() }

    @discardableResult
    func startTimer(after delay: Duration, _ target: any TimerTarget) -> TimerEntry {
        startTimer(at: due(after: delay), target)
    }

    func startTimer(at due: Int64, _ target: any TimerTarget) -> TimerEntry {
        let entry = TimerEntry(due: due, target: target)
        startTimer(entry)
        return entry
    }

    /// The moment that is so much later, in the scheduler's nanoseconds.
    func due(after delay: Duration) -> Int64 {
        let (sum, overflow) = ticks.addingReportingOverflow(max(0, delay.wholeNanoseconds))
        return overflow ? .max : sum
    }

    func startTimer(_ entry: TimerEntry) {
        timers.add(entry)
        timerAdded(dueAt: entry.due)
    }
}
