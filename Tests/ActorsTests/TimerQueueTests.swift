import TestSupport
import Testing

@testable import Actors

private final class Target: TimerTarget {
    func timerFired(_ entry: TimerEntry, at ticks: Int64) {}
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
                    queue.remove(removed)
                    queue.remove(removed)
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
            for entry in expected { queue.remove(entry) }
            #expect(queue.count == 0, "seed \(seed)")
        }
    }
}
