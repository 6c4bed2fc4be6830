/// What a case may need of a store: a port, a reader, or that it can be opened again.
public enum StoreAbility: String, Hashable, Sendable, CaseIterable {
    /// It is an `EventStore` and a `SnapshotStore`.
    case events
    /// It is a `CommandStore`.
    case commands
    /// It is a `DurableStateStore`.
    case durableStates
    /// It is a `LeaseStore`.
    case leases
    /// It is a `QuarantineStore`.
    case quarantine
    /// It is a `SubscriptionStore`.
    case subscriptions
    /// It is a `TimerStore`.
    case timers
    /// It is an `OutboxStore`.
    case outbox
    /// It is a `ProjectionStore`.
    case projections
    /// It is a `CheckpointStore`.
    case checkpoints
    /// It is a `ConsumerStore`.
    case consumers
    /// It is a `RestorableStore`.
    case restoring
    /// It has a synchronous reader of its events.
    case reader
    /// It can be closed, and what it left behind opened again.
    case reopening
}
