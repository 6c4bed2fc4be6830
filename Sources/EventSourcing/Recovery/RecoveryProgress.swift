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

/// Who hears of a recovery's progress, and who may end it.
struct RecoveryWatch: Sendable {
    var observer: RecoveryObserver?
    /// Whether the entity that is recovered is to stop.
    var isAbandoned: (@Sendable () -> Bool)?

    /// Tells of progress; throws where recovery is not to go on.
    func hear(_ progress: RecoveryProgress) throws {
        if observer?(progress) == .stop {
            throw RecoveryError(
                persistenceID: progress.persistenceID, sequenceNumber: progress.sequenceNumber, phase: .events,
                cause: .cancelled(head: progress.head))
        }
        if isAbandoned?() == true { throw RecoveryAbandoned(progress: progress) }
    }
}

extension Replay {
    var progress: RecoveryProgress {
        RecoveryProgress(
            persistenceID: definition.id, snapshot: snapshotNumber, sequenceNumber: sequenceNumber, head: end)
    }
}
