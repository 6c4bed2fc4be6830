import Actors
import EventSourcing

/// The events behind one cell of a lane, known by their first and last.
struct LaneStretch {
    var range: ClosedRange<Int64>
    var first: EventSample?
    var last: EventSample?

    /// How much busier one level is than the one below, at the least: seven levels span seven doublings.
    private static let doublings = 7.0

    /// How busy each cell was, from 0 to 8, on a logarithmic scale above the quietest.
    ///
    /// The measure is events per time since the cell before, so a silence lowers the cell that ends it.
    static func levels(of stretches: [LaneStretch]) -> [Int] {
        var before: EventSample?
        var rates: [Double?] = stretches.map { stretch in
            guard let first = stretch.first, let last = stretch.last else { return nil }
            let start = before ?? first
            let events = last.sequenceNumber - start.sequenceNumber
            before = last
            guard events > 0 else { return nil }
            let (span, overflow) = last.timestamp.microseconds.subtractingReportingOverflow(
                start.timestamp.microseconds)
            // A burst within a millisecond is as busy as it gets; more would flatten everything else.
            let time = overflow ? Double(Int64.max) : Double(max(span, 1_000 * min(events, 1 << 40)))
            return logarithm(Double(events) / time)
        }
        // The very first event has nothing before it to be measured by.
        if let first = stretches.firstIndex(where: { $0.first != nil }), rates[first] == nil {
            rates[first] = rates.lazy.compactMap(\.self).first ?? 0
        }
        let known = rates.compactMap(\.self)
        guard let least = known.min(), let most = known.max() else { return stretches.map { _ in 0 } }
        let scale = max(most - least, doublings) / 7
        return rates.map { rate in rate.map { 1 + Int((($0 - least) / scale).rounded()) } ?? 0 }
    }

    /// The logarithm to the base 2, straight between powers of two, which is exact enough for eight levels.
    private static func logarithm(_ value: Double) -> Double { Double(value.exponent) + value.significand - 1 }
}

extension Inspector {
    /// Cuts a stream into stretches and looks at the ends of each.
    func stretches(of head: StreamHead, cells: Int) throws -> [LaneStretch] {
        let id = head.persistenceID
        let count = min(Int64(cells), head.sequenceNumber)
        let (size, rest) = head.sequenceNumber.quotientAndRemainder(dividingBy: count)
        var next: Int64 = 1
        var stretches = (0..<count).map { place in
            let range = next...(next + size - 1 + (place < rest ? 1 : 0))
            next = range.upperBound + 1
            return LaneStretch(range: range)
        }
        let here = stretches.filter { $0.range.upperBound > head.deletedTo }
        var numbers = here.flatMap { stretch in
            let low = max(stretch.range.lowerBound, head.deletedTo + 1)
            return low == stretch.range.upperBound ? [low] : [low, stretch.range.upperBound]
        }
        numbers = numbers.filter { $0 > 0 }
        let samples = Dictionary(
            try reader.samples(of: id, at: numbers).map { ($0.sequenceNumber, $0) },
            uniquingKeysWith: { first, _ in first })
        for index in stretches.indices where stretches[index].range.upperBound > head.deletedTo {
            let range = stretches[index].range
            let low = max(range.lowerBound, head.deletedTo + 1)
            var (first, last) = (samples[low], samples[range.upperBound])
            // Where a number is missing its neighbours inside the cell stand for it.
            if first == nil, low < range.upperBound {
                first = try firstSample(of: id, from: low, through: range.upperBound)
            }
            if last == nil, first != nil {
                last = try firstSample(of: id, from: low, through: range.upperBound, reversed: true)
            }
            if first == nil { first = last }
            stretches[index].first = first
            stretches[index].last = last ?? first
        }
        return stretches
    }

    /// Whether one writer wrote all events of a stretch, as far as its ends and its middle tell.
    func isOneWriter(_ stretch: LaneStretch, in id: PersistenceID) throws -> Bool {
        guard let first = stretch.first, let last = stretch.last else { return false }
        guard first.writer == last.writer, first.epoch == last.epoch else { return false }
        if first.epoch != 0 || last.sequenceNumber - first.sequenceNumber < 2 { return true }
        let middle = first.sequenceNumber + (last.sequenceNumber - first.sequenceNumber) / 2
        return try firstSample(of: id, from: middle, through: last.sequenceNumber)?.writer == first.writer
    }
}
