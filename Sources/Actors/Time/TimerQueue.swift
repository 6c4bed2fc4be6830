/// Deadlines by due time, and by the order they were set in where those are equal.
///
/// A cancelled entry stays where it is, as an object that holds nothing, until it comes first or those that are cancelled
/// are more than half: nearly every ask is answered in time, on another thread than it was asked on, and so takes back its
/// deadline without waiting for the queue. So there are at most twice as many entries as there were deadlines when they
/// were looked through, or a few hundred.
final class TimerQueue: Sendable {
    fileprivate struct Heap {
        var entries: [TimerEntry] = []
        var nextOrder: UInt64 = 0
        /// At how many entries those that are cancelled are looked for.
        var fullAt = Heap.fewest

        static let fewest = 256
    }

    private let heap = Locked(Heap())

    func add(_ entry: TimerEntry) {
        heap.withLock { heap in
            if heap.entries.count >= heap.fullAt { heap.removeCancelled() }
            entry.order = heap.nextOrder
            heap.nextOrder += 1
            heap.entries.append(entry)
            heap.siftUp(from: heap.entries.count - 1)
        }
    }

    /// Takes out the first entry that is due at `ticks` or earlier; it can't be cancelled any more.
    func takeFirst(dueBy ticks: Int64) -> TimerEntry? {
        heap.withLock { heap in
            while let first = heap.entries.first, first.due <= ticks {
                heap.removeFirst()
                if first.claim() { return first }
            }
            return nil
        }
    }

    /// When the next entry is due.
    var earliest: Int64? {
        heap.withLock { heap in
            while let first = heap.entries.first {
                if !first.isCancelled { return first.due }
                heap.removeFirst()
            }
            return nil
        }
    }

    /// How many deadlines are still to come; looks at each.
    var count: Int {
        heap.withLock { heap in heap.entries.count { !$0.isCancelled } }
    }

    /// How many entries are kept, with those that are cancelled.
    var keptEntries: Int {
        heap.withLock { $0.entries.count }
    }
}

extension TimerQueue.Heap {
    fileprivate mutating func removeFirst() {
        let last = entries.removeLast()
        guard !entries.isEmpty else { return }
        entries[0] = last
        siftDown(from: 0)
    }

    fileprivate mutating func removeCancelled() {
        entries.removeAll { $0.isCancelled }
        for index in stride(from: entries.count / 2 - 1, through: 0, by: -1) { siftDown(from: index) }
        fullAt = max(Self.fewest, 2 * entries.count)
    }

    fileprivate mutating func siftUp(from start: Int) {
        var index = start
        while index > 0 {
            let parent = (index - 1) / 2
            guard entries[index].comes(before: entries[parent]) else { return }
            entries.swapAt(index, parent)
            index = parent
        }
    }

    private mutating func siftDown(from start: Int) {
        var index = start
        while true {
            var first = index
            for child in [2 * index + 1, 2 * index + 2]
            where child < entries.count && entries[child].comes(before: entries[first]) {
                first = child
            }
            guard first != index else { return }
            entries.swapAt(index, first)
            index = first
        }
    }
}
