import Actors
import EventSourcing

/// Which events concern which targets, as far as this process has correlated them itself, so that they need not be looked for
/// among all others.
///
/// It knows all events behind one position and up to another, also those that are handled: a subscription that is reset, by
/// whomever, wants them again. Of what lies before it knows nothing, and the log is read instead; where it would become too
/// big, what lies further back goes.
final class WorkIndex: Sendable {
    /// Where an event stands.
    struct Place: Hashable, Sendable {
        let position: Int64
        let stream: PersistenceID
        let sequenceNumber: Int64

        init(_ event: borrowing StoredEvent) {
            (position, stream, sequenceNumber) = (event.position, event.persistenceID, event.sequenceNumber)
        }
    }

    fileprivate struct State: Sendable {
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
            if state.through != position { state = State(since: position, through: position) }
            state.through = through
            for (target, places) in found {
                state.places[target, default: []] += places
                state.count += places.count
            }
            if state.count > capacity { state.forgetOldest(keeping: capacity / 2) }
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

    /// Forgets everything: the log is another one.
    func clear() { state.withLock { $0 = State() } }
}

extension WorkIndex.State {
    /// Forgets what lies furthest back, until there are at most so many places.
    fileprivate mutating func forgetOldest(keeping most: Int) {
        var sample = places.values.joined().map(\.position)
        sample.sort()
        since = sample[max(0, sample.count - 1 - most)]
        count = 0
        for (target, known) in places {
            let left = known[known.partition { $0.position <= since }...]
            // A copy, so that what is forgotten is let go of.
            places[target] = left.isEmpty ? nil : ArraySlice(Array(left))
            count += left.count
        }
    }
}
