import EventSourcing

/// States kept in memory at regular distances, so that folding to any event is short.
///
/// Each stream begins with one every 1,024 events, farther apart where the state is large. All together stay below a
/// limit: when it is reached, every second keyframe of the stream that holds most goes and its distance doubles.
final class Keyframes {
    static let firstDistance: Int64 = 1_024

    struct Frame {
        let sequenceNumber: Int64
        let state: any FoldedState
        /// An estimate of the state's size in bytes.
        let cost: Int
    }

    private struct Stream {
        var distance = Keyframes.firstDistance
        /// By rising numbers, all of them multiples of the distance.
        var frames: [Frame] = []
        var cost = 0

        mutating func keepOnlyMultiples() {
            frames.removeAll { $0.sequenceNumber % distance != 0 }
            cost = frames.reduce(0) { $0 + $1.cost }
        }

        /// The first frame above a number.
        func index(above number: Int64) -> Int {
            var (low, high) = (0, frames.count)
            while low < high {
                let middle = (low + high) / 2
                if frames[middle].sequenceNumber <= number { low = middle + 1 } else { high = middle }
            }
            return low
        }
    }

    let limit: Int
    /// What all keyframes together are estimated to hold, in bytes.
    private(set) var cost = 0
    private var streams: [PersistenceID: Stream] = [:]

    init(limit: Int) { self.limit = max(limit, 0) }

    /// How many keyframes there are.
    var count: Int { streams.values.reduce(0) { $0 + $1.frames.count } }

    func numbers(of id: PersistenceID) -> [Int64] { streams[id]?.frames.map(\.sequenceNumber) ?? [] }

    func distance(of id: PersistenceID) -> Int64 { streams[id]?.distance ?? Self.firstDistance }

    func removeAll() {
        streams = [:]
        cost = 0
    }

    /// The nearest keyframe at or below a number.
    func nearest(of id: PersistenceID, atOrBelow number: Int64) -> Frame? {
        guard let stream = streams[id] else { return nil }
        let index = stream.index(above: number)
        return index > 0 ? stream.frames[index - 1] : nil
    }

    /// Keeps a state if one is wanted at its number, and answers the number at which the next one is wanted.
    @discardableResult
    func offer(_ state: any FoldedState, of id: PersistenceID, at number: Int64) -> Int64 {
        var stream = streams[id] ?? Stream()
        let index = stream.index(above: number)
        let isThere = index > 0 && stream.frames[index - 1].sequenceNumber == number
        if number > 0, number % stream.distance == 0, !isThere {
            let size = 256 + ((try? state.tree())?.footprint ?? 4_096)
            // Copying and showing a large state costs more than folding the events to it.
            while stream.distance < Int64(size / 64) { stream.distance *= 2 }
            if number % stream.distance == 0, size <= limit {
                stream.frames.insert(Frame(sequenceNumber: number, state: state, cost: size), at: index)
            }
            stream.keepOnlyMultiples()
            cost += stream.cost - (streams[id]?.cost ?? 0)
            streams[id] = stream
            thin()
        }
        let distance = self.distance(of: id)
        return (number / distance + 1) * distance
    }

    private func thin() {
        while cost > limit, let (id, largest) = streams.max(by: { $0.value.cost < $1.value.cost }) {
            var stream = largest
            if stream.distance <= Int64.max / 4 { stream.distance *= 2 } else { stream.frames = [] }
            stream.keepOnlyMultiples()
            cost -= largest.cost - stream.cost
            streams[id] = stream
        }
    }
}

extension JSONValue {
    /// An estimate of how many bytes of memory the value holds.
    var footprint: Int {
        switch self {
        case .null, .bool: 16
        case .number(let number): 16 + number.text.utf8.count
        case .string(let text): 16 + text.utf8.count
        case .array(let elements): elements.reduce(48) { $0 + $1.footprint }
        case .object(let object): object.members.reduce(48) { $0 + 16 + $1.key.utf8.count + $1.value.footprint }
        }
    }
}
