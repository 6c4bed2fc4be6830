/// Runs actors on the program's shared pool of threads, by the machine's time.
public final class LiveScheduler: ActorScheduler {
    /// How many messages an actor handles before others have their turn.
    private static let messagesPerActivation = 256
    /// The same where it runs on an asker's thread, whose own answer is among the first of them.
    private static let messagesForAsker = 32

    private struct Sleeper {
        var wakesAt = Int64.max
        var task: Task<Void, Never>?
    }

    let timers = TimerQueue()
    private let wall = WallClock()
    private let sleeper = Locked(Sleeper())

    /// A scheduler for one system or several.
    public init() {}

    deinit {
        sleeper.withLock { $0.task?.cancel() }
    }

    /// A new scheduler.
    public static var live: LiveScheduler { LiveScheduler() }

    public var now: Timestamp { wall.now }

    var ticks: Int64 { monotonicNanoseconds() }

    func schedule(_ cell: Cell) {
        Task.detached {
            await cell.activate(limit: Self.messagesPerActivation)
        }
    }

    func activateHere(_ cell: Cell) {
        let isRun = HeldReplies.collecting {
            var left = Self.messagesForAsker
            // A task is only made where something takes suspending.
            if cell.activateNow(&left) { return }
            let limit = max(1, left)
            Task.immediateDetached { await cell.activate(limit: limit) }
        }
        if !isRun { schedule(cell) }
    }

    func attach(_ guardian: Guardian) {}

    func detach(_ guardian: Guardian) {}

    /// One sleeping task serves all deadlines. It is replaced only by one that wakes earlier, so that an ask that is
    /// answered in time, as nearly all are, costs no task.
    func timerAdded(dueAt due: Int64) {
        sleeper.withLock { sleeper in
            guard due < sleeper.wakesAt else { return }
            sleeper.task?.cancel()
            sleeper.wakesAt = due
            let delay = Duration.nanoseconds(max(0, due - ticks))
            sleeper.task = Task.detached { [weak self] in
                do {
                    try await Task.sleep(for: delay)
                } catch {
                    return  // An earlier sleeper has taken over.
                }
                self?.fireDueTimers()
            }
        }
    }

    private func fireDueTimers() {
        sleeper.withLock { $0.wakesAt = .max }
        let present = ticks
        while let entry = timers.takeFirst(dueBy: present) {
            entry.target.timerFired(entry, at: present)
        }
        if let next = timers.earliest {
            timerAdded(dueAt: next)
        }
    }
}
