public import EventSourcing

/// Nothing is done to a stream that is closed; nothing was written.
public struct StreamClosedError: Error, Hashable, CustomStringConvertible {
    /// The stream.
    public var stream: PersistenceID
    /// The number of the event that closed it.
    public var sequenceNumber: Int64

    /// A sentence that says what would help.
    public var description: String {
        "\(stream) was closed with #\(sequenceNumber), and nothing is done to it; reopen it first"
    }
}

/// What an operator can't do to a stream, or to subscriptions; nothing was written, unless it says so.
public enum OperatingError: Error, CustomStringConvertible {
    /// The application declares no aggregate for the stream.
    case noAggregate(PersistenceID)
    /// Nobody has written to the stream.
    case noStream(PersistenceID)
    /// It is closed already.
    case isClosed(PersistenceID)
    /// It is not closed.
    case isOpen(PersistenceID)
    /// Its aggregate has no snapshots that could be taken.
    case noSnapshotCodec(PersistenceID)
    /// The store keeps no snapshots, or does not know who reads its log.
    case store(String, lacks: String)
    /// No snapshot stands for the events that are to go.
    case noSnapshot(PersistenceID, before: Int64)
    /// Somebody has not read the events that are to go.
    case needed(PersistenceID, through: Int64, by: LogConsumer, position: Int64)
    /// It was done, and could not be remembered.
    case notRemembered(String, count: Int, any Error)

    /// A sentence that says what would be right.
    public var description: String {
        switch self {
        case .noAggregate(let stream):
            "\(stream) belongs to no aggregate of the application, and only those are closed and reopened"
        case .noStream(let stream): "\(stream) has no event"
        case .isClosed(let stream): "\(stream) is closed already"
        case .isOpen(let stream): "\(stream) is not closed"
        case .noSnapshotCodec(let stream):
            "\(stream) can't begin anew from its state: its aggregate says no way to write snapshots"
        case .store(let store, let port): "a \(store) can't do that: it is no \(port)"
        case .noSnapshot(let stream, let number):
            "\(stream) can't be truncated before #\(number): no snapshot below that stands for what would go; take one first"
        case .needed(let stream, let number, let consumer, let position):
            "\(stream) can't be truncated through #\(number), which is at position \(position): \(consumer)"
        case .notRemembered(let operation, let count, let error):
            "\(operation) was done to \(count), and could not be remembered: \(error)"
        }
    }
}
