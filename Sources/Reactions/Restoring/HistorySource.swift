public import EventSourcing

/// Where a history comes from that takes the place of an application's own.
public struct HistorySource: Sendable {
    /// One thing that a source has, in the order in which it may come: heads and snapshots whenever, events by rising position.
    enum Part: Sendable {
        case head(StreamHead)
        case event(RecordedEvent)
        case snapshot(StoredSnapshot)
    }

    /// Hands out all parts; what `take` throws ends it.
    let read: @Sendable (_ take: (Part) throws -> Void) async throws -> Void

    /// How many events, streams or lines are read at once.
    private static let page = 1_000

    /// Another store, with its snapshots where it keeps some.
    public static func store(_ store: any EventStore) -> HistorySource {
        HistorySource { take in
            let snapshots = store as? any SnapshotStore
            var last: PersistenceID?
            while true {
                let heads = try await store.streams(after: last, prefix: "", limit: page)
                for head in heads {
                    try take(.head(head))
                    for known in try await snapshots?.list(of: head.persistenceID) ?? [] {
                        let number = known.sequenceNumber
                        let found = try await snapshots?.latest(of: head.persistenceID, atOrBelow: number)
                        if let found, found.description.sequenceNumber == number { try take(.snapshot(found)) }
                    }
                }
                guard heads.count == page else { break }
                last = heads.last?.persistenceID
            }
            var position: Int64 = 0
            while true {
                try Task.checkCancellation()
                let events = try await store.readAll(
                    after: position, limit: page, fields: .all, into: [RecordedEvent]()
                ) {
                    events, event in
                    events.append(RecordedEvent(event))
                    return .next
                }
                for event in events { try take(.event(event)) }
                guard let reached = events.last?.position else { return }
                position = reached
            }
        }
    }

    /// A store that is only looked at, such as a file.
    ///
    /// - Parameter open: opens a reader of it, on the thread that reads.
    public static func reader(_ open: @escaping @Sendable () throws -> any StoreReader) -> HistorySource {
        HistorySource { take in
            let reader = try open()
            var query = StreamQuery(limit: page)
            while true {
                let heads = try reader.streams(query)
                for head in heads {
                    try take(.head(head))
                    for known in try reader.snapshots(of: head.persistenceID) {
                        let number = known.sequenceNumber
                        let found = try reader.snapshot(of: head.persistenceID, atOrBelow: number)
                        if let found, found.description.sequenceNumber == number { try take(.snapshot(found)) }
                    }
                }
                guard heads.count == page, let last = heads.last else { break }
                query.after = last
            }
            try reader.readAll(from: 1, through: .max, reversed: false, fields: .all) { event in
                try take(.event(RecordedEvent(event)))
                return .next
            }
        }
    }

    /// Events as they come, such as lines that were read; in the order of their positions, which are given anew.
    public static func events<Events: AsyncSequence & Sendable>(
        _ events: Events, snapshots: [StoredSnapshot] = []
    ) -> HistorySource where Events.Element == RecordedEvent {
        HistorySource { take in
            for snapshot in snapshots { try take(.snapshot(snapshot)) }
            for try await event in events { try take(.event(event)) }
        }
    }
}
