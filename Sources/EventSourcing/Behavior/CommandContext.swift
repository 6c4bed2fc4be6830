public import Actors

/// What a command handler may know beside the command and the state.
public struct CommandContext<Command: Sendable>: Sendable {
    /// The entity.
    public let persistenceID: PersistenceID
    /// The number of the last event in the state; for a durable state its revision.
    public let sequenceNumber: Int64
    /// The system's time: UTC, microseconds.
    public let now: Timestamp
    /// What the command carries beside itself; the engine has filled in its chain.
    public let metadata: Metadata
    /// The entity itself, to send it a command.
    public let `self`: ActorRef<Command>
    /// The fencing number of the lock that the command runs under, for what else the lock guards; nil without a lock.
    public var fencingNumber: Int64?

    @usableFromInline
    init(
        persistenceID: PersistenceID, sequenceNumber: Int64, now: Timestamp, metadata: Metadata,
        self address: ActorRef<Command>, fencingNumber: Int64? = nil
    ) {
        self.persistenceID = persistenceID
        self.sequenceNumber = sequenceNumber
        self.now = now
        self.metadata = metadata
        self.`self` = address
        self.fencingNumber = fencingNumber
    }
}
