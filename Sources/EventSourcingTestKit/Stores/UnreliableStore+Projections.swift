public import Actors
public import EventSourcing

extension UnreliableStore: ProjectionStore where Base: ProjectionStore {
    public func apply(
        _ changes: [ProjectionChange], to projection: Projection, position: Int64, expecting: Int64, at now: Timestamp
    ) async throws {
        let plan = script.withLock { script in
            script.projectionChanges.append(changes.count)
            return script.projectionWrites.next()
        }
        try await enter()
        try await plan.interruption?(base)
        if case .refused(let reason) = plan.fault { throw StoreError(reason) }
        try await base.apply(changes, to: projection, position: position, expecting: expecting, at: now)
    }

    public func get(_ key: String, of name: String, version: Int?) async throws -> String? {
        script.withLock { $0.projectionReads += 1 }
        try await enter()
        return try await base.get(key, of: name, version: version)
    }

    public func list(
        of name: String, version: Int?, after key: String?, prefix: String, limit: Int
    ) async throws -> [ProjectionRow] {
        try await enter()
        return try await base.list(of: name, version: version, after: key, prefix: prefix, limit: limit)
    }

    public func versions(of name: String) async throws -> [ProjectionDescription] {
        try await enter()
        return try await base.versions(of: name)
    }

    @discardableResult
    public func swap(to projection: Projection, at now: Timestamp) async throws -> Bool {
        try await enter()
        return try await base.swap(to: projection, at: now)
    }

    @discardableResult
    public func drop(_ projection: Projection) async throws -> Bool {
        try await enter()
        return try await base.drop(projection)
    }
}

extension UnreliableStore: CheckpointStore where Base: CheckpointStore {
    public func advance(_ checkpoint: Checkpoint, at now: Timestamp) async throws {
        try await enter()
        try await base.advance(checkpoint, at: now)
    }

    public func checkpoint(_ name: String) async throws -> Int64 {
        try await enter()
        return try await base.checkpoint(name)
    }
}

extension UnreliableStore: ConsumerStore where Base: ConsumerStore {
    public func consumers(of stream: PersistenceID, below position: Int64, limit: Int) async throws -> [LogConsumer] {
        try await enter(stream)
        return try await base.consumers(of: stream, below: position, limit: limit)
    }

    public func deleteEvents(
        of stream: PersistenceID, upTo number: Int64, besides known: [LogConsumer]
    ) async throws -> LogConsumer? {
        try await enter(stream)
        return try await base.deleteEvents(of: stream, upTo: number, besides: known)
    }
}

extension UnreliableStore: RestorableStore where Base: RestorableStore {
    @discardableResult
    public func restore(_ history: RestoredHistory, at now: Timestamp) async throws -> Range<Int64> {
        try await enter()
        return try await base.restore(history, at: now)
    }
}
