internal import Synchronization

/// Runs actors on the program's shared pool of threads, by the machine's time.
public final class LiveScheduler: ActorScheduler {
    /// How many messages an actor handles before others have their turn.
    private static let messagesPerActivation = 256
    /// The same where it runs on an asker's thread, whose own answer is among the first of them.
    private static let messagesForAsker = 32

    let timers = TimerQueue()
    private let wall = WallClock()
    private let sleeper = Locked<Task<Void, Never>?>(nil)
    /// When the sleeper wakes; changed under its lock, and read without it, because few deadlines are the earliest.
    private let wakesAt = Atomic(Int64.max)

    /// A scheduler for one system or several.
    public init() {}

    deinit {
        sleeper.withLock { $0?.cancel() }
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
        // Who finds an old value here has put its deadline into the queue before the sleeper looked there for the next one.
        guard due < wakesAt.load(ordering: .relaxed) else { return }
        sleeper.withLock { sleeper in
            guard due < wakesAt.load(ordering: .relaxed) else { return }
            sleeper?.cancel()
            wakesAt.store(due, ordering: .relaxed)
            let delay = Duration.nanoseconds(max(0, due - ticks))
            sleeper = Task.detached { [weak self] in
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
        sleeper.withLock { _ in wakesAt.store(.max, ordering: .relaxed) }
        let present = ticks
        while let entry = timers.takeFirst(dueBy: present) {
            entry.fire(at: present)
        }
        if let next = timers.earliest {
            timerAdded(dueAt: next)
        }
    }
}
