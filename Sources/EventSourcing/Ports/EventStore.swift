/// An append-only log of streams.
///
/// An append is all or nothing, and its expected number and epoch are checked in its own transaction. Positions rise in
/// commit order as readers see them. Deleting keeps the head.
public protocol EventStore: Sendable {
    /// Appends a batch to one stream and answers the numbers and positions that the store gave.
    ///
    /// With an `epoch`, an append is refused once the stream's epoch is higher; the epoch rises by one with the first
    /// append of another writer than the last, whether or not one is given. An empty batch is checked in the same way,
    /// and makes no stream; it writes its companions, and where there are none beside the command, nothing at all.
    ///
    /// Appends are answered in the order of their positions: whoever is told a position finds every event up to it in the
    /// store, and an append that begins after the answer gets a higher one. When a caller that was answered goes on is the
    /// business of its executor, so notes that two callers take of their answers may stand in another order: sort them by
    /// position, or follow the log.
    ///
    /// Throws, in this order of precedence, `CommandAlreadyHandledError` when the companions' command id is known,
    /// `WriterFencedError` when another writer has taken the stream over, `ConcurrentModificationError` when it is not where
    /// `expecting` says, `LeaseLostError` for a lock that is not its acquisition's any more, `ClaimLostError` for
    /// a claim of a subscription that is not its holder's any more, `StaleTimerError` for a timer that is not its claimer's
    /// to fire any more, and `StoreError`, `invalid` for companions that can't be written.
    func append(
        _ events: [NewEvent], to id: PersistenceID, expecting: ExpectedNumber, by writer: WriterID, epoch: Int64?,
        with companions: Companions
    ) async throws -> AppendReceipt

    /// Folds a stream's events from `from` through `through`, both included, ascending, in bounded memory.
    ///
    /// The visitor runs on the reader's thread and sees borrowed rows. Throws `StoreError`, or what the visitor throws.
    func load<Result: Sendable>(
        _ id: PersistenceID, from: Int64, through: Int64, fields: EventFields, into initial: Result,
        visit: @escaping @Sendable (inout Result, borrowing StoredEvent) throws -> Visit
    ) async throws -> Result

    /// Folds all events above a global position in the order of their positions, at most `limit` of them.
    func readAll<Result: Sendable>(
        after position: Int64, limit: Int, fields: EventFields, into initial: Result,
        visit: @escaping @Sendable (inout Result, borrowing StoredEvent) throws -> Visit
    ) async throws -> Result

    /// The head of a stream, nil where the store has never heard of it.
    func head(of id: PersistenceID) async throws -> StreamHead?

    /// What the recovery of an entity begins with; of `snapshots` where they are given, which may be another store.
    ///
    /// A store that can reads it as of one moment; one that does not implement this is asked for one part after the other.
    /// Throws `StoreError`; a snapshot that can't be read is said in the answer.
    func recoveryStart(of id: PersistenceID, snapshots: (any SnapshotStore)?) async throws -> RecoveryStart

    /// The heads of at most `limit` streams whose `Type|id` begins with `prefix` and whose names stand after `after`, in the
    /// order of `PersistenceID`: by type, then by id, byte by byte.
    func streams(after: PersistenceID?, prefix: String, limit: Int) async throws -> [StreamHead]

    /// Deletes a stream's events up to a number, included, and answers whether there were any; the head stays.
    @discardableResult
    func deleteEvents(of id: PersistenceID, upTo: Int64) async throws -> Bool

    /// Makes `writer` the stream's writer without appending, and answers the epoch it now holds.
    @discardableResult
    func takeOver(_ id: PersistenceID, by writer: WriterID) async throws -> Int64

    /// Makes a writer known by name; a writer that was never registered is known by its id alone.
    ///
    /// Throws `StoreError`, `invalid` for a text longer than `WriterRecord.longestText`.
    func register(_ writer: WriterRecord) async throws

    /// Takes over the events of another history as they are, in one transaction.
    ///
    /// Numbers may leave gaps, which stay visible, but must rise above what each stream has; else
    /// `ConcurrentModificationError`, and nothing is written.
    func importHistory(_ events: [ImportedEvent]) async throws
}

/// A store that appends without ever suspending, as one in memory does.
package protocol ImmediateEventStore: EventStore {
    /// What `append` does, on the caller's thread; what it throws leaves the store unchanged.
    func appendNow(
        _ events: [NewEvent], to id: PersistenceID, expecting: ExpectedNumber, by writer: WriterID, epoch: Int64?,
        with companions: Companions
    ) throws -> AppendReceipt
}

/// The number at which an append expects its stream.
public enum ExpectedNumber: Hashable, Sendable {
    /// The stream's last sequence number is this one; 0 for one that has no event.
    case number(Int64)
    /// The store has never heard of the stream.
    case noStream
    /// Wherever the stream is.
    case any
}

/// What a store answers to an append.
public struct AppendReceipt: Hashable, Sendable {
    /// The sequence numbers of the batch; empty at the head for an empty batch.
    public var sequenceNumbers: Range<Int64>
    /// The global positions of the batch; empty for an empty batch.
    public var positions: Range<Int64>
    /// The epoch that the writer now holds in the stream.
    public var epoch: Int64

    /// Describes an append.
    public init(sequenceNumbers: Range<Int64>, positions: Range<Int64>, epoch: Int64) {
        self.sequenceNumbers = sequenceNumbers
        self.positions = positions
        self.epoch = epoch
    }
}

/// A command that was handled, by its id, with the reply it got.
public struct CommandRecord: Hashable, Sendable {
    /// The command's id, given by its sender.
    public var id: ULID
    /// The encoded reply; nil where there was none.
    public var reply: [UInt8]?

    /// Describes a handled command.
    public init(id: ULID, reply: [UInt8]? = nil) {
        self.id = id
        self.reply = reply
    }
}
