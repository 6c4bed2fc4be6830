internal import Synchronization

/// What is told when a timer is due.
protocol TimerTarget: AnyObject, Sendable {
    /// `ticks` is the scheduler's time at the firing, in nanoseconds.
    func timerFired(_ entry: TimerEntry, at ticks: Int64)
}

/// One deadline in a scheduler's timer queue: it fires once or is cancelled, whichever comes first.
// Safe to send: `order` is touched under the lock of the one queue that the entry is in, and `target` after the setting up
// only by whoever has ended the entry, which is one.
final class TimerEntry: @unchecked Sendable {
    /// When it is due, in the scheduler's nanoseconds.
    let due: Int64
    /// The place among those that are due at the same time; the queue gives it.
    var order: UInt64 = 0
    private var target: (any TimerTarget)?
    private let hasEnded = Atomic(false)

    init(due: Int64, target: (any TimerTarget)? = nil) {
        self.due = due
        self.target = target
    }

    /// Sets who is told, where that one can't be there before its entry; called once, before anybody else has the entry.
    func aim(at target: any TimerTarget) { self.target = target }

    /// True once it is cancelled, and also once it was taken out to be fired.
    var isCancelled: Bool { hasEnded.load(ordering: .acquiring) }

    /// Sees to it that it does not fire, and lets go of who would be told; nothing happens if it has fired or is cancelled.
    func cancel() {
        if claim() { target = nil }
    }

    /// Ends it; true for the one who may then fire it or let go of its target.
    func claim() -> Bool {
        !hasEnded.exchange(true, ordering: .acquiringAndReleasing)
    }

    /// Tells its target; for the queue's owner, who has taken it out.
    func fire(at ticks: Int64) {
        target.take()?.timerFired(self, at: ticks)
    }

    func comes(before other: TimerEntry) -> Bool {
        (due, order) < (other.due, other.order)
    }
}
