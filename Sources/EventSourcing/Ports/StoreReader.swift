public import Actors

/// A store read synchronously on the caller's own thread, for tools that look at it.
///
/// A reader belongs to one thread at a time and never writes. It keeps no read transaction open between calls, so each call
/// sees what was committed before it. All methods throw `StoreError`, or what a visitor throws.
public protocol StoreReader: AnyObject {
    /// What the store says of itself.
    var description: StoreDescription { get }

    /// How much the store holds, without counting.
    func totals() throws -> StoreTotals

    /// The head of a stream, nil where the store has never heard of it.
    func head(of id: PersistenceID) throws -> StreamHead?

    /// Heads of streams, at most `query.limit`.
    func streams(_ query: StreamQuery) throws -> [StreamHead]

    /// Visits a stream's events from `from` through `through`, both included; descending where `reversed`.
    func read(
        _ id: PersistenceID, from: Int64, through: Int64, reversed: Bool, fields: EventFields,
        visit: (borrowing StoredEvent) throws -> Visit
    ) throws

    /// Visits all events by global position, from `from` through `through`, both included; descending where `reversed`.
    func readAll(
        from: Int64, through: Int64, reversed: Bool, fields: EventFields,
        visit: (borrowing StoredEvent) throws -> Visit
    ) throws

    /// The time, writer and epoch of each of these events, one key read each; missing numbers are left out.
    func samples(of id: PersistenceID, at sequenceNumbers: [Int64]) throws -> [EventSample]

    /// Every writer that the store knows of, in the order in which they came.
    func writers() throws -> [WriterRecord]

    /// A stream's snapshots by rising number, without their states.
    func snapshots(of id: PersistenceID) throws -> [SnapshotDescription]

    /// The newest snapshot at or below a number, nil where there is none.
    func snapshot(of id: PersistenceID, atOrBelow: Int64) throws -> StoredSnapshot?

    /// The events of a stream that are set apart, by rising number, behind one number and at most `limit`.
    func quarantined(of id: PersistenceID, after number: Int64, limit: Int) throws -> [QuarantinedEvent]

    /// All events that are set apart, by stream and number, behind one of them and at most `limit`.
    func quarantined(after event: QuarantinedEvent?, limit: Int) throws -> [QuarantinedEvent]

    /// A token that is another one as soon as the store holds something else; cheap to ask.
    func changeToken() throws -> UInt64
}

/// What a store says of itself.
public struct StoreDescription: Hashable, Sendable {
    /// The random id that the store got when it was made; nil where it has none.
    public var id: ULID?
    /// The file's path, or nil for a store in memory.
    public var path: String?
    /// The version of the layout.
    public var layoutVersion: Int

    /// Describes a store.
    public init(id: ULID?, path: String?, layoutVersion: Int) {
        self.id = id
        self.path = path
        self.layoutVersion = layoutVersion
    }
}

/// How much a store holds.
public struct StoreTotals: Hashable, Sendable {
    /// How many streams it has heard of.
    public var streams: Int64
    /// How many events it holds.
    public var events: Int64
    /// The highest global position ever given; 0 before the first.
    public var lastPosition: Int64

    /// Describes a store's size.
    public init(streams: Int64, events: Int64, lastPosition: Int64) {
        self.streams = streams
        self.events = events
        self.lastPosition = lastPosition
    }
}

/// Which streams, in which order, and how many.
public struct StreamQuery: Hashable, Sendable {
    /// The order of the answer.
    public enum Order: Hashable, Sendable {
        /// By name: by type, then by id, byte by byte.
        case name
        /// The stream whose last event has the latest time first; those of one time by name.
        case newest
    }

    /// Only streams of this entity type, where given.
    public var entityType: String?
    /// Only streams whose `Type|id` begins with this.
    public var prefix: String
    /// The order.
    public var order: Order
    /// Goes on behind this head, in the order that was asked for.
    public var after: StreamHead?
    /// At most so many.
    public var limit: Int

    /// Describes a query; without arguments the first 100 streams by name.
    public init(
        entityType: String? = nil, prefix: String = "", order: Order = .name, after: StreamHead? = nil,
        limit: Int = 100
    ) {
        self.entityType = entityType
        self.prefix = prefix
        self.order = order
        self.after = after
        self.limit = limit
    }
}

/// When one event was written, and by whom.
public struct EventSample: Hashable, Sendable {
    /// The event's number.
    public var sequenceNumber: Int64
    /// Its time: UTC, microseconds.
    public var timestamp: Timestamp
    /// Its writer.
    public var writer: WriterID
    /// The writer's epoch.
    public var epoch: Int64

    /// Describes an event's time and writer.
    public init(sequenceNumber: Int64, timestamp: Timestamp, writer: WriterID, epoch: Int64) {
        self.sequenceNumber = sequenceNumber
        self.timestamp = timestamp
        self.writer = writer
        self.epoch = epoch
    }
}
