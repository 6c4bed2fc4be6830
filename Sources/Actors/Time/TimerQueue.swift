/// What is told when a timer is due.
protocol TimerTarget: AnyObject, Sendable {
    /// `ticks` is the scheduler's time at the firing, in nanoseconds.
    func timerFired(_ entry: TimerEntry, at ticks: Int64)
}

/// One deadline in a scheduler's timer queue.
// Safe to send: `index` is read and written only by the one `TimerQueue` the entry is in, under that queue's lock.
final class TimerEntry: @unchecked Sendable {
    /// When it is due, in the scheduler's nanoseconds.
    let due: Int64
    let target: any TimerTarget
    fileprivate var order: UInt64 = 0
    fileprivate var index = TimerEntry.outside

    fileprivate static let outside = -1

    init(due: Int64, target: any TimerTarget) {
        self.due = due
        self.target = target
    }

    fileprivate func comes(before other: TimerEntry) -> Bool {
        (due, order) < (other.due, other.order)
    }
}

/// Deadlines by due time, and by the order they were set in where those are equal.
///
/// A binary heap whose entries know their place, so that an answered ask leaves nothing behind: adding and removing
/// both cost the logarithm of the number of deadlines.
final class TimerQueue: Sendable {
    fileprivate struct Heap {
        var entries: [TimerEntry] = []
        var nextOrder: UInt64 = 0
    }

    private let heap = Locked(Heap())

    func add(_ entry: TimerEntry) {
        heap.withLock { heap in
            entry.order = heap.nextOrder
            heap.nextOrder += 1
            entry.index = heap.entries.count
            heap.entries.append(entry)
            heap.siftUp(from: entry.index)
        }
    }

    /// Removes an entry; nothing happens if it has fired or was removed before.
    func remove(_ entry: TimerEntry) {
        heap.withLock { heap in
            if entry.index != TimerEntry.outside {
                heap.remove(at: entry.index)
            }
        }
    }

    func removeAll() {
        heap.withLock { heap in
            for entry in heap.entries { entry.index = TimerEntry.outside }
            heap.entries.removeAll()
        }
    }

    /// Takes out the first entry that is due at `ticks` or earlier.
    func takeFirst(dueBy ticks: Int64) -> TimerEntry? {
        heap.withLock { heap in
            guard let first = heap.entries.first, first.due <= ticks else { return nil }
            heap.remove(at: 0)
            return first
        }
    }

    /// When the next entry is due.
    var earliest: Int64? {
        heap.withLock { $0.entries.first?.due }
    }

    var count: Int {
        heap.withLock { $0.entries.count }
    }
}

extension TimerQueue.Heap {
    fileprivate mutating func remove(at index: Int) {
        entries[index].index = TimerEntry.outside
        let last = entries.removeLast()
        guard index < entries.count else { return }
        entries[index] = last
        last.index = index
        siftUp(from: index)
        siftDown(from: last.index)
    }

    fileprivate mutating func siftUp(from start: Int) {
        var index = start
        while index > 0 {
            let parent = (index - 1) / 2
            guard entries[index].comes(before: entries[parent]) else { return }
            exchange(index, parent)
            index = parent
        }
    }

    fileprivate mutating func siftDown(from start: Int) {
        var index = start
        while true {
            var first = index
            for child in [2 * index + 1, 2 * index + 2]
            where child < entries.count && entries[child].comes(before: entries[first]) {
                first = child
            }
            guard first != index else { return }
            exchange(index, first)
            index = first
        }
    }

    private mutating func exchange(_ left: Int, _ right: Int) {
        entries.swapAt(left, right)
        entries[left].index = left
        entries[right].index = right
    }
}
