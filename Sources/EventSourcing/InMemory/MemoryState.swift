import Actors

/// What a store in memory holds, as a value; every operation is one transaction.
///
/// Dictionaries are only looked up in, never walked, so the same calls give the same answers in every process.
struct MemoryState: Sendable {
    /// One stream: its head, and the positions of its events by rising number.
    struct Stream: Sendable {
        var head: StreamHead
        var positions: [Int64] = []
    }

    var log: EventLog
    var streams: [Stream] = []
    var indexes: [PersistenceID: Int] = [:]
    /// The places of the first streams in the order of their names; the rest is sorted in when somebody asks.
    var nameOrder: [Int] = []
    var writers: [WriterRecord] = []
    var writerIndexes: [WriterID: Int] = [:]
    var commands: [ULID: HandledCommand] = [:]
    var snapshots: [PersistenceID: [StoredSnapshot]] = [:]
    var durableStates = DurableStateRows()
    var quarantine = QuarantineRows()
    /// What is kept of each name that was ever leased, by the bytes of the name.
    var leases: [[UInt8]: LeaseRow] = [:]
    var subscriptions = SubscriptionRows()
    var reactions = ReactionRows()
    /// Rises with every change.
    var changes: UInt64 = 0

    /// Holds nothing; the first event gets the position after `position`.
    init(after position: Int64 = 0) { log = EventLog(after: position) }

    /// The head of a stream, nil where it was never heard of.
    func head(of id: PersistenceID) -> StreamHead? { indexes[id].map { streams[$0].head } }

    /// Makes a stream known whose events up to here stand in another store.
    mutating func adopt(_ head: StreamHead) {
        indexes[head.persistenceID] = streams.count
        streams.append(Stream(head: head))
    }

    /// Makes a writer known by its id alone, unless it is known.
    mutating func notice(_ writer: WriterID) {
        guard writerIndexes[writer] == nil else { return }
        writerIndexes[writer] = writers.count
        writers.append(WriterRecord(id: writer))
    }

    /// Makes a writer known by name; throws `StoreError.invalid` for one with a text that is too long.
    mutating func register(_ writer: WriterRecord) throws {
        try writer.requireStorable()
        notice(writer.id)
        if let index = writerIndexes[writer.id] { writers[index] = writer }
        changes += 1
    }
}

extension StreamHead {
    /// The head of a stream in which nothing was written yet.
    package init(new id: PersistenceID) {
        self.init(
            persistenceID: id, sequenceNumber: 0, eventCount: 0, firstTime: Timestamp(microseconds: 0),
            lastTime: Timestamp(microseconds: 0), lastWriter: nil, epoch: 0)
    }

    /// The epoch that `writer` has once it writes here: the same for the last writer, one more for another.
    package func epoch(for writer: WriterID) throws -> Int64 {
        if lastWriter == writer { return epoch }
        guard epoch < .max else {
            throw StoreError(.invalid, stream: persistenceID, detail: "its epoch can't rise any further")
        }
        return epoch + 1
    }
}
