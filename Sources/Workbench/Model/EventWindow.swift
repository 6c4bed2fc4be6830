import Actors
package import Inspection

/// Some neighbouring events, read by key; missing numbers within it are gaps in the store.
package struct EventWindow: Hashable, Sendable {
    /// The numbers that were read; nil before the first answer.
    package private(set) var range: ClosedRange<Int64>?
    /// By rising number.
    package private(set) var rows: [EventRow] = []

    package init() {}

    package init(range: ClosedRange<Int64>, rows: [EventRow]) {
        self.range = range
        self.rows = rows
    }

    /// Whether every one of these numbers was read.
    package func covers(_ numbers: ClosedRange<Int64>) -> Bool {
        guard let range else { return false }
        return range.lowerBound <= numbers.lowerBound && numbers.upperBound <= range.upperBound
    }

    /// The event with this number, nil where it was not read or is missing.
    package subscript(number: Int64) -> EventRow? {
        guard let index = index(of: number) else { return nil }
        return rows[index]
    }

    /// The time since the event before, nil where that is not known.
    package func distance(before number: Int64) -> Duration? {
        guard let index = index(of: number), index > 0 else { return nil }
        return rows[index].timestamp.duration(since: rows[index - 1].timestamp)
    }

    private func index(of number: Int64) -> Int? {
        let index = rows.partitioningIndex { $0.sequenceNumber >= number }
        return index < rows.count && rows[index].sequenceNumber == number ? index : nil
    }
}
