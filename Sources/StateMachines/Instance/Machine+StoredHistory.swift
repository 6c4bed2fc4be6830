public import EventSourcing

extension Machine where State: StoredCases, Event: StoredCases {
    /// What is stored of an instance, without starting it; nil where the store has never heard of it.
    ///
    /// Where events were deleted, the history begins with the newest snapshot. What is read is not checked against the table:
    /// that is what `check(history:)` is for.
    ///
    /// Throws `StoreError`, `EventCodingError`, and `RecoveryError` where events were deleted that no snapshot holds.
    public func history(
        of id: String, in store: any EventStore, snapshots: (any SnapshotStore)? = nil
    ) async throws -> MachineHistory<State, Event>? {
        let id = try PersistenceID(name, id)
        guard let head = try await store.head(of: id) else { return nil }
        let coding = try TransitionCoding<State, Event>(outline)
        let start = try await start(of: id, head, snapshots, coding)
        let registry = try coding.registry()
        return try await store.load(
            id, from: start.sequenceNumber + 1, through: head.sequenceNumber, fields: .payload, into: start
        ) { history, event in
            let transition = try event.withPayload {
                try registry.decode(type: event.type, version: event.schemaVersion, payload: $0)
            }
            history.append(transition.event, transition.target, as: event.sequenceNumber)
            return .next
        }
    }

    private func start(
        of id: PersistenceID, _ head: StreamHead, _ snapshots: (any SnapshotStore)?,
        _ coding: TransitionCoding<State, Event>
    ) async throws -> MachineHistory<State, Event> {
        guard head.deletedTo > 0 else { return MachineHistory(startingIn: initial) }
        guard let snapshot = try await snapshots?.latest(of: id, atOrBelow: head.sequenceNumber),
            snapshot.description.sequenceNumber >= head.deletedTo
        else {
            throw RecoveryError(
                persistenceID: id, sequenceNumber: head.deletedTo, phase: .snapshot,
                cause: .pruned(deletedTo: head.deletedTo))
        }
        let instance = try coding.snapshotCodec(name).decode(snapshot)
        return MachineHistory(
            startingIn: instance.current, at: snapshot.description.sequenceNumber, stopReason: instance.stopReason)
    }
}
