extension InMemoryStore: ConsumerStore {
    public func consumers(of stream: PersistenceID, below position: Int64, limit: Int) async throws -> [LogConsumer] {
        read { state in
            let found =
                state.subscriptions.consumers(of: stream, below: position)
                + LogConsumer.behind(state.reactions.projections.all, below: position)
                + state.reactions.checkpoints.filter { $0.value < position }
                .sorted { $0.key.lexicographicallyPrecedes($1.key) }
                .map { LogConsumer(.reader(String(decoding: $0.key, as: UTF8.self)), at: $0.value) }
            return Array(found.prefix(max(0, limit)))
        }
    }
}
