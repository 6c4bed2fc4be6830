public import EventSourcing

extension SQLiteStore: ConsumerStore {
    public func consumers(of stream: PersistenceID, below position: Int64, limit: Int) async throws -> [LogConsumer] {
        try await read { try $0.consumers(of: stream, below: position, limit: limit) }
    }
}
