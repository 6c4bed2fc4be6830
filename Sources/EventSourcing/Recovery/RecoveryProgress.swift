/// How far a recovery has come.
public struct RecoveryProgress: Hashable, Sendable {
    /// The entity.
    public var persistenceID: PersistenceID
    /// The number of the snapshot that recovery started from; 0 where it started from the empty state.
    public var snapshot: Int64
    /// The number of the last event that was taken.
    public var sequenceNumber: Int64
    /// The number of the last event that is to be taken.
    public var head: Int64

    /// How many events were taken.
    public var eventsDone: Int64 { sequenceNumber - snapshot }
    /// How many events are to be taken altogether.
    public var eventsTotal: Int64 { max(snapshot, head) - snapshot }
}

/// Hears how far a recovery has come, at its start, after every 10,000 events and at its end; `.stop` cancels it.
public typealias RecoveryObserver = @Sendable (RecoveryProgress) -> Visit
