import EventSourcing

/// The last few states that were shown or passed, so that a step costs one fold, or a short one backwards.
final class RecentStates {
    static let mostEntries = 16
    /// How much the entries behind the newest two may hold, in estimated bytes.
    static let mostBytes = 2 << 20

    struct Entry {
        let id: PersistenceID
        let sequenceNumber: Int64
        let state: any FoldedState
        /// The state's tree, where it was made.
        var tree: JSONValue?
        /// What the event at the number changed, where that was found out.
        var changes: [StateChange]?
        /// An estimate of the state's size in bytes.
        var cost: Int
    }

    /// How many states are kept that a fold only passed.
    private static let mostPassed = 8

    /// The newest last.
    private(set) var entries: [Entry] = []
    /// States that a fold passed on its way to one that was shown, the newest last.
    private var passed: [Entry] = []

    func removeAll() {
        entries = []
        passed = []
    }

    /// The entry at a number.
    func entry(of id: PersistenceID, at number: Int64) -> Entry? {
        entries.last { $0.sequenceNumber == number && $0.id == id }
    }

    /// The entry with the highest number at or below one.
    func nearest(of id: PersistenceID, atOrBelow number: Int64) -> Entry? {
        (entries + passed).filter { $0.id == id && $0.sequenceNumber <= number }
            .max { $0.sequenceNumber < $1.sequenceNumber }
    }

    /// Keeps a state that is passed, so that the next steps back begin there.
    func pass(_ state: any FoldedState, of id: PersistenceID, at number: Int64) {
        let cost = entries.last { $0.id == id }?.cost ?? 4_096
        passed.removeAll { $0.sequenceNumber == number && $0.id == id }
        passed.append(Entry(id: id, sequenceNumber: number, state: state, cost: cost))
        let most = min(Self.mostPassed, max(1, Self.mostBytes / max(cost, 1)))
        passed.removeFirst(max(0, passed.count - most))
    }

    /// Keeps a state in front of all others; what was known of the same number stays known.
    func keep(
        _ state: any FoldedState, of id: PersistenceID, at number: Int64, tree: JSONValue? = nil,
        changes: [StateChange]? = nil
    ) {
        let known = entry(of: id, at: number)
        entries.removeAll { $0.sequenceNumber == number && $0.id == id }
        let cost = tree?.footprint ?? known?.cost ?? entries.last { $0.id == id }?.cost ?? 4_096
        entries.append(
            Entry(
                id: id, sequenceNumber: number, state: state, tree: tree ?? known?.tree,
                changes: changes ?? known?.changes, cost: cost))
        var total = 0
        var kept = 0
        for entry in entries.reversed() {
            total += entry.cost
            if kept >= 2, kept == Self.mostEntries || total > Self.mostBytes { break }
            kept += 1
        }
        entries.removeFirst(entries.count - kept)
    }

    /// The event that had set what a change says was there before `number`, as far as unbroken neighbours tell.
    func setter(of change: StateChange, in id: PersistenceID, at number: Int64) -> Int64? {
        // A removed value's path is one of the state before, every other one of the state after.
        let resolved = entry(of: id, at: change.kind == .removed ? number - 1 : number)?.tree
        guard change.before != nil, let resolved else { return nil }
        let tracked = TrackedPath(change.path, in: resolved)
        var number = number - 1
        while number > 0, let after = entry(of: id, at: number)?.tree, let before = entry(of: id, at: number - 1)?.tree
        {
            if !SetterSearch.areSame(tracked.value(in: before), tracked.value(in: after)) { return number }
            number -= 1
        }
        return nil
    }
}
