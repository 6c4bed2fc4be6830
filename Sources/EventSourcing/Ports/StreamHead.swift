public import Actors

/// What a store knows of a stream without reading its events; pruning never changes `sequenceNumber`.
public struct StreamHead: Hashable, Sendable {
    /// The stream.
    public var persistenceID: PersistenceID
    /// The last sequence number ever given, 0 before the first.
    public var sequenceNumber: Int64
    /// Every event up to this number was deleted; 0 where none was.
    public var deletedTo: Int64
    /// How many events are there.
    public var eventCount: Int64
    /// The time of the first event ever, in microseconds since 1970.
    public var firstTime: Timestamp
    /// The time of the last event.
    public var lastTime: Timestamp
    /// Who wrote last or took the stream over; nil before the first.
    public var lastWriter: WriterID?
    /// The last writer's epoch; 0 in histories that have none.
    public var epoch: Int64

    /// Describes a stream.
    public init(
        persistenceID: PersistenceID, sequenceNumber: Int64, deletedTo: Int64 = 0, eventCount: Int64,
        firstTime: Timestamp, lastTime: Timestamp, lastWriter: WriterID?, epoch: Int64
    ) {
        self.persistenceID = persistenceID
        self.sequenceNumber = sequenceNumber
        self.deletedTo = deletedTo
        self.eventCount = eventCount
        self.firstTime = firstTime
        self.lastTime = lastTime
        self.lastWriter = lastWriter
        self.epoch = epoch
    }

    /// Whether an event of this number was given and is not deleted.
    package func holds(_ number: Int64) -> Bool { number > deletedTo && number <= sequenceNumber }
}
