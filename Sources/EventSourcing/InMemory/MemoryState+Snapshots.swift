extension MemoryState {
    /// Saves a snapshot; one of the same number is replaced.
    mutating func save(_ snapshot: StoredSnapshot) {
        var stored = snapshot
        stored.description.size = snapshot.state.count
        stored.isIntact = true
        let id = snapshot.description.persistenceID
        let place = snapshotCount(of: id, below: stored.description.sequenceNumber)
        let kept = snapshots[id, default: []]
        if place < kept.count, kept[place].description.sequenceNumber == stored.description.sequenceNumber {
            snapshots[id, default: []][place] = stored
        } else {
            snapshots[id, default: []].insert(stored, at: place)
        }
        notice(stored.description.writer)
        changes += 1
    }

    /// The newest snapshot at or below a number.
    func snapshot(of id: PersistenceID, atOrBelow: Int64) -> StoredSnapshot? {
        snapshots[id]?.last { $0.description.sequenceNumber <= atOrBelow }
    }

    /// The timers of an entity that are armed.
    func timers(of id: PersistenceID) -> [StoredTimer] { reactions.timers.timers(of: id) }

    /// A stream's snapshots by rising number.
    func snapshots(of id: PersistenceID) -> [SnapshotDescription] { snapshots[id, default: []].map(\.description) }

    /// Deletes snapshots up to a number, and answers whether there were any.
    mutating func deleteSnapshots(of id: PersistenceID, upTo: Int64) -> Bool {
        let count = snapshots[id, default: []].prefix { $0.description.sequenceNumber <= upTo }.count
        guard count > 0 else { return false }
        snapshots[id]?.removeFirst(count)
        changes += 1
        return true
    }

    /// The events of a stream that are set apart.
    func quarantined(of id: PersistenceID, after number: Int64, limit: Int) -> [QuarantinedEvent] {
        quarantine.events(of: id, after: number, limit: limit)
    }

    /// All events that are set apart.
    func quarantined(after event: QuarantinedEvent?, limit: Int) -> [QuarantinedEvent] {
        quarantine.events(after: event, limit: limit)
    }

    private func snapshotCount(of id: PersistenceID, below number: Int64) -> Int {
        snapshots[id, default: []].prefix { $0.description.sequenceNumber < number }.count
    }
}
