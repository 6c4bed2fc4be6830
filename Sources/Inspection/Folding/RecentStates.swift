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

    /// The newest last.
    private(set) var entries: [Entry] = []

    func removeAll() { entries = [] }

    /// The entry at a number.
    func entry(of id: PersistenceID, at number: Int64) -> Entry? {
        entries.last { $0.sequenceNumber == number && $0.id == id }
    }

    /// The entry with the highest number at or below one.
    func nearest(of id: PersistenceID, atOrBelow number: Int64) -> Entry? {
        entries.filter { $0.id == id && $0.sequenceNumber <= number }.max { $0.sequenceNumber < $1.sequenceNumber }
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

    /// The event that had set a value which is known to stand at `number`, as far as unbroken neighbours tell.
    func setter(of path: StatePath, in id: PersistenceID, atOrBelow number: Int64) -> Int64? {
        var number = number
        while number > 0, let changes = entry(of: id, at: number)?.changes {
            if changes.contains(where: { $0.touches(path) }) { return number }
            number -= 1
        }
        return nil
    }
}

extension StateChange {
    /// Whether a change at this place changes the value at a path: they are the same place, or one holds the other.
    func touches(_ path: StatePath) -> Bool {
        zip(self.path.steps, path.steps).allSatisfy { $0 == $1 }
    }
}
