public import Actors

/// A store whose history can be replaced by another one, as when a backup is taken back.
public protocol RestorableStore: EventStore {
    /// Replaces the history by another one, in one transaction, and answers the positions of its events.
    ///
    /// All events, streams and snapshots go, and with them what hangs on them: the ids of commands, timers, the outbox, what
    /// was set apart, subscriptions, checkpoints and projections. Durable states, leases, dead letters and writers stay. The
    /// new events get positions above all that were ever given, in their order, so that whoever follows the log finds them;
    /// everything else about them stays as it is. The ids of their commands are known then, without replies. The fencing
    /// numbers of claims go on too, so that no claim of before is one of behind it.
    ///
    /// Throws `StoreError.invalid` for a history without streams, or with an event that no store can have, and
    /// `ConcurrentModificationError` where the numbers of a stream do not rise; nothing is changed then.
    @discardableResult
    func restore(_ history: RestoredHistory, at now: Timestamp) async throws -> Range<Int64>
}

/// A whole history on its way into a store.
public struct RestoredHistory: Sendable {
    /// Streams whose first events were deleted: their events begin behind `deletedTo`.
    public var heads: [StreamHead]
    /// All events, in the order of their positions.
    public var events: [ImportedEvent]
    /// Snapshots of them.
    public var snapshots: [StoredSnapshot]

    /// Describes a history.
    public init(heads: [StreamHead] = [], events: [ImportedEvent], snapshots: [StoredSnapshot] = []) {
        self.heads = heads
        self.events = events
        self.snapshots = snapshots
    }
}

extension RestoredHistory {
    /// The streams in the order in which they come, each with its head before its first event; all stores begin by this.
    ///
    /// Throws what keeps the history from being written.
    package func begin() throws -> [StreamHead] {
        var begun: [StreamHead] = []
        var places: [PersistenceID: Int] = [:]
        for head in heads where head.deletedTo > 0 && places[head.persistenceID] == nil {
            places[head.persistenceID] = begun.count
            var first = head
            (first.sequenceNumber, first.eventCount) = (head.deletedTo, 0)
            begun.append(first)
        }
        var reached = begun.map(\.sequenceNumber)
        for event in events {
            let id = event.persistenceID
            let place = places[id] ?? begun.count
            if place == begun.count {
                places[id] = place
                begun.append(StreamHead(new: id))
                reached.append(0)
            }
            guard event.sequenceNumber > reached[place] else {
                throw ConcurrentModificationError(persistenceID: id, expected: .any, actual: reached[place])
            }
            guard event.epoch >= 0, event.sequenceNumber < .max else {
                throw StoreError(
                    .invalid, stream: id, sequenceNumber: event.sequenceNumber,
                    detail: "an epoch is 0 or more, and a number leaves room for one above it")
            }
            try event.event.metadata.requireStorable(of: id)
            reached[place] = event.sequenceNumber
        }
        if begun.isEmpty { throw StoreError(.invalid, detail: "a history without a stream is none to restore") }
        return begun
    }

    /// The last events of commands, each command once, in the order of those.
    package var commands: [(id: ULID, event: ImportedEvent)] {
        var last: [ULID: Int] = [:]
        for (index, event) in events.enumerated() {
            if let id = event.event.metadata.commandID { last[id] = index }
        }
        return events.indices.compactMap { index in
            guard let id = events[index].event.metadata.commandID, last[id] == index else { return nil }
            return (id, events[index])
        }
    }
}
