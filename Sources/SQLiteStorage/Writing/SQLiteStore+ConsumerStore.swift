public import EventSourcing

extension SQLiteStore: ConsumerStore {
    public func consumers(of stream: PersistenceID, below position: Int64, limit: Int) async throws -> [LogConsumer] {
        try await read { try $0.consumers(of: stream, below: position, limit: limit) }
    }

    public func deleteEvents(
        of stream: PersistenceID, upTo number: Int64, besides known: [LogConsumer]
    ) async throws -> LogConsumer? {
        let consumer = try await write(of: stream) { log -> LogConsumer? in
            if let consumer = try log.reading.consumer(of: stream, upTo: number, besides: known) { return consumer }
            _ = try log.deleteEvents(of: stream, upTo: number)
            return nil
        }
        // Whoever comes from here on comes too late.
        if consumer == nil { try await deleteEvents(of: stream, upTo: number) }
        return consumer
    }
}
