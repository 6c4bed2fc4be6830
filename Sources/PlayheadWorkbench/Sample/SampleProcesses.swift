import EventSourcing
import SQLiteStorage

/// The processes of a sample on their way into a file: they happen in memory, and go into the file with their subscriptions.
struct SampleProcesses {
    private let store = InMemoryStore()

    /// Has them happen; throws what that throws.
    init(_ sample: SampleSource, _ request: SampleSource.Request) throws { try sample.carryOut(request, store) }

    /// Adds them behind so many events, and answers how many events they have; throws what the builder throws.
    func add(to builder: StoreBuilder, behind count: Int) throws -> Int {
        let reader = store.reader()
        for writer in try reader.writers() { try builder.register(writer) }
        var events: [ImportedEvent] = []
        try reader.readAll(from: 1, through: .max, reversed: false, fields: .all) { event in
            events.append(try ImportedEvent(event))
            return .next
        }
        try builder.add(events)
        let offset = Int64(count)
        guard let subscriptions = reader as? any SubscriptionReader else { return events.count }
        for application in try subscriptions.applications() {
            let rows = try subscriptions.subscriptions(.all, of: application, after: nil, limit: .max)
            try builder.add(
                rows.map { $0.moved(by: offset) }, of: application,
                checkpoint: try subscriptions.checkpoint(of: application) + offset,
                at: events.last?.event.timestamp ?? .epoch)
        }
        return events.count
    }
}

extension ImportedEvent {
    /// An event as it stands in a store; throws what reading its metadata throws.
    fileprivate init(_ event: borrowing StoredEvent) throws {
        let values = event.metadata
        self.init(
            persistenceID: event.persistenceID, sequenceNumber: event.sequenceNumber,
            event: NewEvent(
                type: event.type, schemaVersion: event.schemaVersion, payload: event.payload,
                metadata: Metadata(
                    correlationID: event.correlationID, causationID: event.causationID, commandID: event.commandID,
                    values: values.isEmpty ? [:] : try JSONReader().read(values).value.object ?? [:]),
                timestamp: event.timestamp),
            writer: event.writer, epoch: event.epoch)
    }
}

extension Subscription {
    /// The same in a log that has so many events before it.
    fileprivate func moved(by offset: Int64) -> Subscription {
        var moved = self
        moved.workMark += offset
        if watermark > 0 { moved.watermark += offset }
        moved.failure?.position += offset
        return moved
    }
}
