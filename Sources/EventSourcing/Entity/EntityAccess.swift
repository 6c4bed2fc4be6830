package import Actors

/// What an entity has been read as: its state, and where its stream stood then.
package struct LoadedEntity<State: Sendable>: Sendable {
    /// The number of the last event in the state.
    package var sequenceNumber: Int64
    /// The number of the newest snapshot that it began with; 0 for none.
    package var lastSnapshot: Int64
    /// Whether events were left out of the state, so that no strategy takes a snapshot of it.
    package var isRepaired: Bool
    // Behind all that has a size of its own, as in `EntityDefinition`.
    package var state: State

    package init(_ state: State, at sequenceNumber: Int64, lastSnapshot: Int64 = 0, isRepaired: Bool = false) {
        self.sequenceNumber = sequenceNumber
        self.lastSnapshot = lastSnapshot
        self.isRepaired = isRepaired
        self.state = state
    }
}

/// Entities of one kind without actors: whoever calls reads one, decides, and commits against the number that it has read.
///
/// Any number of writers may do so with one stream: the expected number decides.
package struct EntityAccess<Event: Sendable, State: Sendable>: Sendable {
    /// How entities of a kind are read, and when snapshots of them are taken.
    package struct Kind: Sendable {
        let registry: EventRegistry<Event>
        let fold: @Sendable (inout State, Event) throws -> Void
        let snapshotCodec: SnapshotCodec<State>?
        let snapshotStrategy: SnapshotStrategy<Event, State>
        let retentionPolicy: RetentionPolicy
        let emptyState: State

        package init(
            emptyState: State, registry: EventRegistry<Event>, snapshotCodec: SnapshotCodec<State>?,
            snapshotStrategy: SnapshotStrategy<Event, State>, retentionPolicy: RetentionPolicy,
            fold: @escaping @Sendable (inout State, Event) throws -> Void
        ) {
            self.registry = registry
            self.fold = fold
            self.snapshotCodec = snapshotCodec
            self.snapshotStrategy = snapshotStrategy
            self.retentionPolicy = retentionPolicy
            self.emptyState = emptyState
        }
    }

    private let ground: EntityGround
    private let kind: Kind

    package init(
        _ kind: Kind, events: any EventStore, snapshots: (any SnapshotStore)?, writer: WriterID,
        now: @escaping @Sendable () -> Timestamp,
        warn: @escaping @Sendable (_ message: String, _ fields: KeyValuePairs<String, String>) -> Void
    ) {
        self.kind = kind
        ground = EntityGround(events: events, snapshots: snapshots, writer: writer, now: now, warn: warn)
    }

    /// Reads an entity; throws `RecoveryError` for a history that can't be folded, and what the stores throw.
    package func load(_ id: PersistenceID) async throws -> LoadedEntity<State> {
        LoadedEntity(try await Entity.recover(definition(id), on: ground))
    }

    /// Reads an entity as it was at a number, or as it is where it has not come to that; throws as for the present, also
    /// where events up to the number were deleted and no snapshot stands for them.
    package func load(_ id: PersistenceID, through number: Int64) async throws -> LoadedEntity<State> {
        LoadedEntity(try await Entity.recover(definition(id), on: ground, through: number))
    }

    /// Appends events behind what was read, and takes the snapshot that is due; throws what the append throws.
    ///
    /// - Parameters:
    ///   - events: at least one.
    ///   - last: the last of them, for the strategy.
    ///   - state: what they lead to.
    package func commit(
        _ events: [NewEvent], endingIn last: Event, to id: PersistenceID, behind loaded: LoadedEntity<State>,
        leadingTo state: State, with companions: Companions
    ) async throws -> (receipt: AppendReceipt, lastSnapshot: Int64) {
        let receipt = try await ground.events.append(
            events, to: id, expecting: .number(loaded.sequenceNumber), by: ground.writer, epoch: nil, with: companions)
        let after = loaded.sequenceNumber + Int64(events.count)
        guard !loaded.isRepaired,
            kind.snapshotStrategy.asksForSnapshot(
                before: loaded.sequenceNumber, after: after, state: state, lastEvent: last)
        else { return (receipt, loaded.lastSnapshot) }
        var replay = Replay(of: definition(id))
        replay.advance(to: after, state: state, by: ground.writer, epoch: receipt.epoch)
        let entity = Entity(
            ground: ground, epoch: receipt.epoch, lastSnapshot: loaded.lastSnapshot, replay: replay)
        await entity.takeSnapshot(at: events.last?.timestamp ?? ground.now())
        return (receipt, entity.lastSnapshot)
    }

    /// Takes a snapshot of an entity as it is, whatever the strategy, and does what retention says; answers the number of its
    /// newest one, which is below its last event's where none could be taken. Throws as reading it does.
    package func takeSnapshot(of id: PersistenceID) async throws -> LoadedEntity<State> {
        let entity = try await Entity.recover(definition(id), on: ground)
        await entity.takeSnapshot(at: ground.now(), .snapshot)
        return LoadedEntity(entity)
    }

    private func definition(_ id: PersistenceID) -> EntityDefinition<Event, State> {
        var definition = EntityDefinition(
            id: id, emptyState: kind.emptyState, registry: kind.registry, fold: kind.fold)
        definition.snapshotCodec = kind.snapshotCodec
        definition.snapshotStrategy = kind.snapshotStrategy
        definition.retentionPolicy = kind.retentionPolicy
        definition.isFenced = false
        return definition
    }
}

extension LoadedEntity {
    fileprivate init<Event>(_ entity: Entity<Event, State>) {
        self.init(
            entity.state, at: entity.sequenceNumber, lastSnapshot: entity.lastSnapshot,
            isRepaired: entity.replay.isRepaired)
    }
}
