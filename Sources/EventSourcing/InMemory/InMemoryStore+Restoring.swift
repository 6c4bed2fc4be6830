public import Actors

extension InMemoryStore: RestorableStore {
    @discardableResult
    public func restore(_ history: RestoredHistory, at now: Timestamp) async throws -> Range<Int64> {
        try write { try $0.restore(history) }
    }
}

extension MemoryState {
    /// Replaces the history by another one, or throws and changes nothing.
    mutating func restore(_ history: RestoredHistory) throws -> Range<Int64> {
        var restored = MemoryState(after: log.lastPosition)
        for head in try history.begin() { restored.adopt(head) }
        (restored.writers, restored.writerIndexes) = (writers, writerIndexes)
        (restored.durableStates, restored.leases) = (durableStates, leases)
        restored.reactions.deadLetters = reactions.deadLetters
        restored.reactions.outbox = reactions.outbox.emptied
        restored.subscriptions = subscriptions.emptied
        try restored.importHistory(history.events)
        for snapshot in history.snapshots { restored.save(snapshot) }
        for command in history.commands {
            restored.commands[command.id] = HandledCommand(
                CommandRecord(id: command.id), time: command.event.event.timestamp,
                stream: command.event.persistenceID, sequenceNumber: command.event.sequenceNumber)
        }
        let positions = log.lastPosition + 1..<restored.log.lastPosition + 1
        restored.changes = changes + 1
        self = restored
        return positions
    }
}
