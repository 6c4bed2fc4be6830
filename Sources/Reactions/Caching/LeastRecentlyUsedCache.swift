import Actors
public import EventSourcing

/// Keeps the states that were asked for or written last, in memory.
public final class LeastRecentlyUsedCache: StateCache {
    fileprivate struct Entry: Sendable {
        let stream: PersistenceID
        var state: CachedState
        /// The one that was used before it, and the one behind it.
        var older: Int?
        var newer: Int?
    }

    fileprivate struct Entries: Sendable {
        var places: [PersistenceID: Int] = [:]
        var entries: [Entry] = []
        var free: [Int] = []
        var oldest: Int?
        var newest: Int?
    }

    /// How many states it keeps at most; 0 keeps none.
    public let capacity: Int
    private let entries = Locked(Entries())

    /// Makes an empty cache; a capacity below zero counts as zero.
    public init(capacity: Int = 1_000) { self.capacity = max(0, capacity) }

    /// How many states it keeps.
    public var count: Int { entries.withLock { $0.places.count } }

    public func get(_ stream: PersistenceID) async throws -> CachedState? {
        entries.withLock { entries -> CachedState? in
            guard let place = entries.places[stream] else { return nil }
            entries.use(place)
            return entries.entries[place].state
        }
    }

    public func set(_ state: CachedState, of stream: PersistenceID) async throws {
        guard capacity > 0 else { return }
        entries.withLock { entries in
            if let place = entries.places[stream] {
                entries.entries[place].state = state
                entries.use(place)
            } else {
                if entries.places.count == capacity, let oldest = entries.oldest { entries.remove(oldest) }
                entries.add(Entry(stream: stream, state: state))
            }
        }
    }

    public func invalidate(_ stream: PersistenceID) async throws {
        entries.withLock { entries in
            if let place = entries.places[stream] { entries.remove(place) }
        }
    }

    public func clear() async throws { entries.withLock { $0 = Entries() } }

    public func dispose() async throws { try await clear() }
}

extension LeastRecentlyUsedCache.Entries {
    fileprivate mutating func add(_ entry: LeastRecentlyUsedCache.Entry) {
        let place: Int
        if let unused = free.popLast() {
            place = unused
            entries[place] = entry
        } else {
            place = entries.count
            entries.append(entry)
        }
        places[entry.stream] = place
        putLast(place)
    }

    fileprivate mutating func use(_ place: Int) {
        if newest == place { return }
        takeOut(place)
        putLast(place)
    }

    fileprivate mutating func remove(_ place: Int) {
        takeOut(place)
        places[entries[place].stream] = nil
        // Lets go of the state at once, and not when the place is used again.
        entries[place].state = CachedState((), sequenceNumber: 0)
        free.append(place)
    }

    private mutating func putLast(_ place: Int) {
        (entries[place].older, entries[place].newer) = (newest, nil)
        if let newest { entries[newest].newer = place } else { oldest = place }
        newest = place
    }

    private mutating func takeOut(_ place: Int) {
        let (older, newer) = (entries[place].older, entries[place].newer)
        if let older { entries[older].newer = newer } else { oldest = newer }
        if let newer { entries[newer].older = older } else { newest = older }
    }
}
