public import Actors

/// Keeps the names of events that every recovery leaves out until they are released; the events themselves stay.
///
/// Who sets an event apart decides for every program that recovers its stream, whatever that one's policy. A snapshot that
/// was taken before its event was set apart is not used any more. One that was taken without the event stays in use after
/// a release: delete it to have the event folded again.
///
/// `quarantine` throws `StoreError`, `invalid` for a reason longer than `StoredText.longest`.
public protocol QuarantineStore: Sendable {
    /// Sets an event apart, and answers whether it was not apart before; one that was keeps its first reason.
    @discardableResult
    func quarantine(_ event: QuarantinedEvent) async throws -> Bool

    /// The events of a stream that are apart, by rising number, behind one number and at most `limit`.
    func quarantined(of id: PersistenceID, after number: Int64, limit: Int) async throws -> [QuarantinedEvent]

    /// All events that are apart, by stream and number, behind one of them and at most `limit`.
    ///
    /// Streams stand in the order of `Type|id`, byte by byte.
    func quarantined(after event: QuarantinedEvent?, limit: Int) async throws -> [QuarantinedEvent]

    /// Lets recovery take an event again, and answers whether it was apart.
    @discardableResult
    func release(_ id: PersistenceID, sequenceNumber: Int64, at time: Timestamp) async throws -> Bool
}

/// An event that recovery leaves out, and why.
public struct QuarantinedEvent: Hashable, Sendable {
    /// The stream.
    public var persistenceID: PersistenceID
    /// The event's number.
    public var sequenceNumber: Int64
    /// Why it could not be taken: a clause, without its payload, of at most `StoredText.longest` bytes.
    public var reason: String
    /// When it was set apart: UTC, microseconds.
    public var timestamp: Timestamp
    /// Who set it apart.
    public var writer: WriterID

    /// Describes an event that is set apart.
    public init(
        persistenceID: PersistenceID, sequenceNumber: Int64, reason: String, timestamp: Timestamp, writer: WriterID
    ) {
        self.persistenceID = persistenceID
        self.sequenceNumber = sequenceNumber
        self.reason = reason
        self.timestamp = timestamp
        self.writer = writer
    }

    /// Throws `StoreError.invalid` for a reason that is too long to be read again.
    package func requireStorable() throws { try StoredText.require(reason, of: persistenceID) }
}
