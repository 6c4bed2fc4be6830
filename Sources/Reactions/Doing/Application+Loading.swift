public import EventSourcing

extension Application {
    /// The present state of a stream, whoever wrote it.
    ///
    /// Throws `RecoveryError` for a history that can't be folded, `ActionError` for an aggregate that is not declared or of
    /// another type, and `StoreError`.
    public func load<State: Aggregate>(_ state: State.Type, _ stream: PersistenceID) async throws -> LoadedState<State>
    {
        let table = try table(of: state, for: stream, reading: "load")
        let present = try await current(stream, of: table)
        return LoadedState(stream: stream, state: present.state, sequenceNumber: present.sequenceNumber)
    }

    /// The state of a stream as it was at a number, or as it is where it has not come to that; the cache is not asked.
    ///
    /// Throws as for the present state, and `RecoveryError` where events up to there were deleted and no snapshot stands for
    /// them.
    public func load<State: Aggregate>(
        _ state: State.Type, _ stream: PersistenceID, at sequenceNumber: Int64
    ) async throws -> LoadedState<State> {
        let table = try table(of: state, for: stream, reading: "load")
        let loaded = try await access(table).load(stream, through: max(0, sequenceNumber))
        return LoadedState(stream: stream, state: loaded.state, sequenceNumber: loaded.sequenceNumber)
    }

    /// The state of a stream before its first event that happened after a moment; the cache is not asked.
    ///
    /// Throws as for a number; where the moment lies among events that were deleted, too.
    public func load<State: Aggregate>(
        _ state: State.Type, _ stream: PersistenceID, at moment: Timestamp
    ) async throws -> LoadedState<State> {
        _ = try table(of: state, for: stream, reading: "load")
        guard let head = try await store.head(of: stream), head.firstTime <= moment else {
            return LoadedState(stream: stream, state: State(), sequenceNumber: 0)
        }
        let deleted = try await deletedNumber(of: head, before: moment)
        let number = try await store.load(stream, from: 1, through: .max, fields: [], into: deleted) { number, event in
            guard event.timestamp <= moment else { return .stop }
            number = event.sequenceNumber
            return .next
        }
        return try await load(state, stream, at: number)
    }

    /// The number of the last event that was deleted, where a snapshot says that it happened before a moment; 0 where none does.
    private func deletedNumber(of head: StreamHead, before moment: Timestamp) async throws -> Int64 {
        guard head.deletedTo > 0, let snapshots = store as? any SnapshotStore else { return 0 }
        let isBefore = try await snapshots.list(of: head.persistenceID).contains {
            $0.sequenceNumber == head.deletedTo && $0.timestamp <= moment
        }
        return isBefore ? head.deletedTo : 0
    }

    // MARK: - Reading

    func table<State: Aggregate>(
        of state: State.Type, for stream: PersistenceID, reading action: String
    ) throws -> AggregateTable<State> {
        guard let table = definition.table(of: state) else {
            throw ActionError.undeclaredAggregate(State.entityType, action: action)
        }
        guard stream.entityType.hasSameBytes(as: State.entityType) else {
            throw ActionError.otherAggregate(stream, aggregate: State.entityType, action: action)
        }
        return table
    }

    func access<State>(_ table: AggregateTable<State>) -> EntityAccess<StateEvent, State> {
        let (system, clock) = (system, clock)
        return EntityAccess(
            table.kind, events: entityStores.events, snapshots: entityStores.snapshots, writer: system.writerID,
            now: { clock.now }, warn: { message, fields in system.log(.warning, message, fields) })
    }

    /// The state that is in the store by now: the cached one where its stream still stands there.
    func current<State>(_ stream: PersistenceID, of table: AggregateTable<State>) async throws -> LoadedEntity<State> {
        if let cached = await cached(stream, of: table) {
            if try await isCurrent(cached, stream) { return cached }
            await forget(stream)
        }
        return try await read(stream, of: table)
    }

    func isCurrent<State>(_ loaded: LoadedEntity<State>, _ stream: PersistenceID) async throws -> Bool {
        try await store.head(of: stream)?.sequenceNumber ?? 0 == loaded.sequenceNumber
    }

    /// The state out of the store, which is then in the cache.
    func read<State>(_ stream: PersistenceID, of table: AggregateTable<State>) async throws -> LoadedEntity<State> {
        try await readWithMark(stream, of: table).loaded
    }

    /// The same; throws `StreamClosedError` for a stream that is closed.
    func readOpen<State>(_ stream: PersistenceID, of table: AggregateTable<State>) async throws -> LoadedEntity<State> {
        let (loaded, isClosed) = try await readWithMark(stream, of: table)
        if isClosed { throw StreamClosedError(stream: stream, sequenceNumber: loaded.sequenceNumber) }
        return loaded
    }

    /// The state, and whether the stream is closed; one that is closed is never in the cache, so that actions find that out.
    private func readWithMark<State>(
        _ stream: PersistenceID, of table: AggregateTable<State>
    ) async throws -> (loaded: LoadedEntity<State>, isClosed: Bool) {
        let loaded = try await access(table).load(stream)
        guard loaded.sequenceNumber > 0 else { return (loaded, false) }
        let last = try await store.event(at: loaded.sequenceNumber, of: stream)
        if let last, StreamMark.closed.isMark(last.type) { return (loaded, true) }
        if !loaded.isRepaired { await keep(loaded, position: last?.position ?? 0, of: stream) }
        return (loaded, false)
    }

    // MARK: - The cache

    /// What the cache has of a stream; nothing where it fails.
    func cached<State>(_ stream: PersistenceID, of table: AggregateTable<State>) async -> LoadedEntity<State>? {
        do {
            guard let cached = try await cache.get(stream), let state = cached.state as? State else { return nil }
            return LoadedEntity(state, at: cached.sequenceNumber, lastSnapshot: cached.lastSnapshot)
        } catch {
            warn("The cache could not be asked for a state.", of: stream, because: error)
            return nil
        }
    }

    func keep<State>(_ loaded: LoadedEntity<State>, position: Int64, of stream: PersistenceID) async {
        do {
            try await cache.set(
                CachedState(
                    loaded.state, sequenceNumber: loaded.sequenceNumber, position: position,
                    lastSnapshot: loaded.lastSnapshot),
                of: stream)
        } catch {
            warn("A state could not be put into the cache.", of: stream, because: error)
            await forget(stream)
        }
    }

    func forget(_ stream: PersistenceID) async {
        do {
            try await cache.invalidate(stream)
        } catch {
            warn("A state could not be taken out of the cache.", of: stream, because: error)
        }
    }
}
