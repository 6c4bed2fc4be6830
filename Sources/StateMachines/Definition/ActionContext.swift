public import EventSourcing

/// What an action may know beside the event and the state.
public struct ActionContext: Sendable {
    /// The instance.
    public let persistenceID: PersistenceID
    /// The number of the event that it is run for; with the instance, what makes it known when it comes twice.
    public let sequenceNumber: Int64
    /// When the event was taken: UTC, microseconds.
    public let now: Timestamp
    /// What the event carries beside itself.
    public let metadata: Metadata

    @usableFromInline
    init(persistenceID: PersistenceID, sequenceNumber: Int64, now: Timestamp, metadata: Metadata) {
        self.persistenceID = persistenceID
        self.sequenceNumber = sequenceNumber
        self.now = now
        self.metadata = metadata
    }
}
