import Actors

/// What an entity is: its name, its events, how they fold, and how its history is read and shortened.
struct EntityDefinition<Event: Sendable, State: Sendable>: Sendable {
    let id: PersistenceID
    let registry: EventRegistry<Event>
    let fold: @Sendable (inout State, Event) throws -> Void
    var snapshotCodec: SnapshotCodec<State>?
    var snapshotStrategy: SnapshotStrategy<Event, State> = .never
    var retentionPolicy = RetentionPolicy.keepAll
    var replayFilter: ReplayFilter = .standard
    var recoveryPolicy = RecoveryPolicy.strict
    /// Whether an append gives the epoch that it holds, and not its expected number alone.
    var isFenced = true
    // Behind all that has a size of its own: what stands behind a generic value is found by a search at each use.
    let emptyState: State

    init(
        id: PersistenceID, emptyState: State, registry: EventRegistry<Event>,
        fold: @escaping @Sendable (inout State, Event) throws -> Void
    ) {
        self.id = id
        self.registry = registry
        self.fold = fold
        self.emptyState = emptyState
    }
}

/// What an entity stands on: the stores and the identity it writes with.
struct EntityGround: Sendable {
    let events: any EventStore
    let snapshots: (any SnapshotStore)?
    let writer: WriterID
    /// The present moment, for what is written beside a command.
    let now: @Sendable () -> Timestamp
    /// Takes a warning: something is wrong, and was dealt with.
    let warn: @Sendable (_ message: String, _ fields: KeyValuePairs<String, String>) -> Void
}
