import TestSupport
import Testing

@testable import Actors

private final class Target: TimerTarget {
    func timerFired(_ entry: TimerEntry, at ticks: Int64) {}
}

private final class Counting: TimerTarget {
    private let count = Locked(0)
    var times: Int { count.withLock { $0 } }
    func timerFired(_ entry: TimerEntry, at ticks: Int64) { count.withLock { $0 += 1 } }
}

@Suite("timer queue")
struct TimerQueueTests {
    @Test("gives out what is due first, in the order it was set where that is the same, and never what was removed")
    func model() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var numbers = SeededRandom(seed: seed)
        for _ in 0..<200 {
            let queue = TimerQueue()
            var expected: [TimerEntry] = []
            for _ in 0..<Int(numbers.next() % 60) {
                let entry = TimerEntry(due: Int64(numbers.next() % 20), target: Target())
                queue.add(entry)
                expected.append(entry)
                if numbers.next() % 3 == 0 {
                    let removed = expected.remove(at: Int(numbers.next() % UInt64(expected.count)))
                    removed.cancel()
                    removed.cancel()
                }
            }
            // Sorting is stable, so entries that are due at the same time stay in the order they were set in.
            expected.sort { $0.due < $1.due }
            #expect(queue.earliest == expected.first?.due, "seed \(seed)")
            #expect(queue.count == expected.count, "seed \(seed)")
            var taken: [TimerEntry] = []
            while let entry = queue.takeFirst(dueBy: 15) { taken.append(entry) }
            let due = expected.filter { $0.due <= 15 }
            #expect(taken.map(ObjectIdentifier.init) == due.map(ObjectIdentifier.init), "seed \(seed)")
            for entry in expected { entry.cancel() }
            #expect(queue.count == 0, "seed \(seed)")
            #expect(queue.earliest == nil, "seed \(seed)")
        }
    }

    @Test("keeps no more cancelled deadlines than others, or a few hundred, and nothing of who would have been told")
    func cancelled() {
        let queue = TimerQueue()
        var lasting: [TimerEntry] = []
        weak var told: Target?
        for number in 0..<20_000 {
            let target = Target()
            told = target
            let entry = TimerEntry(due: Int64(number), target: target)
            queue.add(entry)
            if number % 20 == 0 { lasting.append(entry) } else { entry.cancel() }
        }
        #expect(told == nil)
        #expect(queue.count == lasting.count)
        #expect(queue.keptEntries <= max(256, 2 * lasting.count))
        for entry in lasting { #expect(queue.takeFirst(dueBy: .max) === entry) }
        #expect(queue.earliest == nil)
        #expect(queue.keptEntries == 0)
    }

    @Test("what was taken out to be fired is told once and can't be cancelled, and what is cancelled is never told")
    func ends() {
        let queue = TimerQueue()
        let target = Counting()
        let (first, second) = (TimerEntry(due: 1, target: target), TimerEntry(due: 1, target: target))
        queue.add(first)
        queue.add(second)
        second.cancel()
        #expect(queue.takeFirst(dueBy: 1) === first)
        first.cancel()
        first.fire(at: 1)
        first.fire(at: 1)
        second.fire(at: 1)
        #expect(target.times == 1)
        #expect(queue.takeFirst(dueBy: 1) == nil)
    }
}
