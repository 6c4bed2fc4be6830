import Actors
import EventSourcing

/// Which events concern which targets, as far as this process has correlated them itself, so that they need not be looked for
/// among all others.
///
/// It knows all events behind one position and up to another; of what lies before, and where it would become too big, it
/// knows nothing, and the log is read instead.
final class WorkIndex: Sendable {
    /// Where an event stands.
    struct Place: Hashable, Sendable {
        let position: Int64
        let stream: PersistenceID
        let sequenceNumber: Int64
    }

    private struct State: Sendable {
        /// What is known begins behind this position.
        var since: Int64 = .max
        var through: Int64 = .max
        var places: [PersistenceID: ArraySlice<Place>] = [:]
        var count = 0
    }

    /// How many places it keeps.
    private let capacity: Int
    private let state = Locked(State())

    init(capacity: Int = 100_000) { self.capacity = capacity }

    /// Takes what was found in the events behind a position and up to another; what it knew is of use only where it ends there.
    func add(_ found: [(target: PersistenceID, places: [Place])], behind position: Int64, through: Int64) {
        state.withLock { state in
            let count = found.reduce(0) { $0 + $1.places.count }
            if state.through != position || state.count + count > capacity {
                state = State(since: position, through: position)
            }
            guard count <= capacity else {
                state = State(since: through, through: through)
                return
            }
            state.through = through
            state.count += count
            for (target, places) in found { state.places[target, default: []] += places }
        }
    }

    /// The first places of a target behind a position and up to another; nil where it does not know all of them.
    func places(of target: PersistenceID, behind watermark: Int64, through: Int64, limit: Int) -> ArraySlice<Place>? {
        state.withLock { state in
            guard watermark >= state.since, through <= state.through else { return nil }
            guard let known = state.places[target] else { return [] }
            let start = known.partition { $0.position <= watermark }
            let end = known.partition { $0.position <= through }
            return known[start..<min(end, start + limit)]
        }
    }

    /// Forgets the places of a target up to a position, which are handled.
    func forget(_ target: PersistenceID, through watermark: Int64) {
        state.withLock { state in
            guard let known = state.places[target] else { return }
            let end = known.partition { $0.position <= watermark }
            state.count -= end - known.startIndex
            state.places[target] = end == known.endIndex ? nil : known[end...]
        }
    }

    /// Forgets everything: the log is another one.
    func clear() { state.withLock { $0 = State() } }
}
