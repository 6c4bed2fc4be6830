import Actors
import EventSourcing

/// Which events concern which targets, as far as this process has found out, so that they need not be looked for among all
/// others.
///
/// It knows all events behind one position and up to another that were correlated here last, also those that are handled: a
/// subscription that is reset, by whomever, wants them again. Where that would become too big, what lies further back goes.
/// Of what lies before it knows a few stretches, which were read for a target that lags behind, and are of use to all others
/// that do.
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

    /// What is known of one target.
    struct Places: Sendable {
        var places: ArraySlice<Place>
        /// Everything up to this position is known.
        var through: Int64
    }

    /// All events behind a position and up to another.
    struct Stretch: Sendable {
        var since: Int64 = .max
        var through: Int64 = .max
        fileprivate var places: [PersistenceID: ArraySlice<Place>] = [:]
        fileprivate var count = 0

        init() {}

        init(_ found: CorrelatedEvents) {
            (since, through) = (found.start, found.last)
            for (target, places) in found.places { self.places[target] = places[...] }
        }

        /// The first places of a target behind a position and up to another, as far as is known here.
        func places(of target: PersistenceID, behind watermark: Int64, through end: Int64, limit: Int) -> Places {
            guard let known = places[target] else { return Places(places: [], through: min(end, through)) }
            let start = known.partition { $0.position <= watermark }
            let last = known.partition { $0.position <= end }
            return Places(places: known[start..<min(last, start + limit)], through: min(end, through))
        }
    }

    private struct State: Sendable {
        var newest = Stretch()
        /// Those that were read for targets that lag behind, the one that was of use last comes last.
        var older: [Stretch] = []
        /// The end of the reading of one that is under way.
        var reading: WorkEnd?
        /// How many times everything was forgotten.
        var cleared = 0
        /// Where the own stream of a target goes on behind a position.
        var resumes: [PersistenceID: (position: Int64, number: Int64)] = [:]
    }

    /// How many stretches are kept of what lies further back, and of how many events each at most.
    private static let mostOlder = 4
    private static let olderSize = 10_000
    /// How many streams are remembered at most.
    private static let mostResumes = 10_000

    /// How many places it keeps of what was correlated last.
    private let capacity: Int
    private let state = Locked(State())

    init(capacity: Int = 100_000) { self.capacity = capacity }

    /// Takes what was found in the events behind a position and up to another; what it knew is of use only where it ends there.
    func add(_ found: [(target: PersistenceID, places: [Place])], behind position: Int64, through: Int64) {
        state.withLock { state in
            if state.newest.through != position {
                state.newest = Stretch()
                state.newest.since = position
            }
            state.newest.through = through
            for (target, places) in found {
                state.newest.places[target, default: []] += places
                state.newest.count += places.count
            }
            if state.newest.count > capacity { state.newest.forgetOldest(keeping: capacity / 2) }
        }
    }

    /// The first places of a target behind a position and up to another; nil where it does not know all of them.
    func places(of target: PersistenceID, behind watermark: Int64, through: Int64, limit: Int) -> Places? {
        state.withLock { state in
            guard watermark >= state.newest.since, through <= state.newest.through else { return nil }
            return state.newest.places(of: target, behind: watermark, through: through, limit: limit)
        }
    }

    // MARK: - What lies further back

    /// The first places of a target behind a position and up to another, as far as a stretch knows that is read where there is
    /// none; throws what reading throws.
    ///
    /// Of several that lag behind one reads it, and the others wait.
    ///
    /// - Parameter read: finds out what the events behind a position concern, at most so many.
    func olderPlaces(
        of target: PersistenceID, behind watermark: Int64, through end: Int64, limit: Int,
        read: (_ position: Int64, _ limit: Int) async throws -> CorrelatedEvents
    ) async throws -> Places {
        while true {
            let (known, other, own, cleared) = state.withLock { state -> (Places?, WorkEnd?, WorkEnd?, Int) in
                if let place = state.older.lastIndex(where: { $0.since <= watermark && watermark < $0.through }) {
                    let stretch = state.older.remove(at: place)
                    state.older.append(stretch)
                    let places = stretch.places(of: target, behind: watermark, through: end, limit: limit)
                    return (places, nil, nil, state.cleared)
                }
                if let reading = state.reading { return (nil, reading, nil, state.cleared) }
                let reading = WorkEnd()
                state.reading = reading
                return (nil, nil, reading, state.cleared)
            }
            if let known { return known }
            if let other { await withUnsafeContinuation { _ = other.wait($0) } }
            guard let own else { continue }
            defer { own.come() }
            do {
                let found = try await read(watermark, Self.olderSize)
                let stretch = Stretch(found)
                state.withLock { state in
                    state.reading = nil
                    guard state.cleared == cleared, stretch.through > stretch.since else { return }
                    state.older.append(stretch)
                    if state.older.count > Self.mostOlder { state.older.removeFirst() }
                }
                var places = stretch.places(of: target, behind: watermark, through: end, limit: limit)
                // Behind the end of the log there is nothing.
                if found.events < Self.olderSize { places.through = end }
                return places
            } catch {
                state.withLock { $0.reading = nil }
                throw error
            }
        }
    }

    /// The number of the first event of a stream behind a position, where it was read up to there last; nil where it was not.
    func next(in stream: PersistenceID, behind position: Int64) -> Int64? {
        state.withLock { state in
            state.resumes[stream].flatMap { $0.position == position ? $0.number : nil }
        }
    }

    /// Remembers with which number a stream goes on behind a position.
    func remember(_ number: Int64, in stream: PersistenceID, behind position: Int64) {
        state.withLock { state in
            if state.resumes.count >= Self.mostResumes { state.resumes.removeAll(keepingCapacity: true) }
            state.resumes[stream] = (position, number)
        }
    }

    /// Forgets everything: the log is another one.
    func clear() {
        state.withLock { state in
            let (reading, cleared) = (state.reading, state.cleared)
            state = State()
            (state.reading, state.cleared) = (reading, cleared + 1)
        }
    }
}

extension WorkIndex.Stretch {
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
