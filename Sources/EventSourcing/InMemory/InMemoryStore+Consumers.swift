extension InMemoryStore: ConsumerStore {
    public func consumers(of stream: PersistenceID, below position: Int64, limit: Int) async throws -> [LogConsumer] {
        read { Array($0.consumers(of: stream, below: position).prefix(max(0, limit))) }
    }

    public func deleteEvents(
        of stream: PersistenceID, upTo number: Int64, besides known: [LogConsumer]
    ) async throws -> LogConsumer? {
        write { state in
            guard let position = state.lastPosition(of: stream, upTo: number) else { return nil }
            let found = state.consumers(of: stream, below: position)
            if let consumer = LogConsumer.first(of: found, besides: known) { return consumer }
            _ = state.deleteEvents(of: stream, upTo: number)
            return nil
        }
    }
}

extension MemoryState {
    /// Who has not come to a position, in the order of their kinds and names.
    fileprivate func consumers(of stream: PersistenceID, below position: Int64) -> [LogConsumer] {
        subscriptions.consumers(of: stream, below: position)
            + LogConsumer.behind(reactions.projections.all, below: position)
            + reactions.checkpoints.filter { $0.value < position }
            .sorted { $0.key.lexicographicallyPrecedes($1.key) }
            .map { LogConsumer(.reader(String(decoding: $0.key, as: UTF8.self)), at: $0.value) }
    }

    /// The position of a stream's last event up to a number; nil where there is none.
    fileprivate func lastPosition(of stream: PersistenceID, upTo number: Int64) -> Int64? {
        guard let index = indexes[stream], number > 0 else { return nil }
        return streams[index].positions.prefix(place(of: number, in: index, after: true)).last
    }
}
