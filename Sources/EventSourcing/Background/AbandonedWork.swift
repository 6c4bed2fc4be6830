/// Something was claimed as often as it may be tried, and each time nobody came to say what became of it: whoever handled it
/// ended with it, or was paused past its claim.
package struct AbandonedWork: Error, CustomStringConvertible {
    /// How many times it was tried.
    package let attempts: Int

    package init(attempts: Int) { self.attempts = attempts }

    package var description: String {
        "it was tried \(attempts) times, and the last one never came to an end; what handles it may end its process"
    }
}

extension AbandonedWork {
    /// What of a batch is to be handled now, what is to be given back untried, and whether nothing else may be under way.
    ///
    /// Where a process ends of one piece of work, all that it had under way comes back without a word, and that one among
    /// it. So such work is handled alone, one piece at a time: then only the one that ends the process is tried too often.
    /// What is over its limit is not handled at all, and so can stand beside it.
    ///
    /// - Parameters:
    ///   - batch: what was claimed, in its order.
    ///   - limit: how many times a piece may be tried.
    package static func parted<Work: CountedWork>(
        _ batch: [Work], limit: (Work) -> Int
    ) -> (taken: [Work], left: [Work], isAlone: Bool) {
        guard let suspect = batch.firstIndex(where: { $0.isAbandoned && $0.attempts <= limit($0) }) else {
            return (batch, [], false)
        }
        var (taken, left): ([Work], [Work]) = ([], [])
        for (index, work) in batch.enumerated() {
            if index == suspect || work.attempts > limit(work) { taken.append(work) } else { left.append(work) }
        }
        return (taken, left, true)
    }
}
