public import EventSourcing

/// What becomes of an append, or of a write or a deletion of a durable state, that fails.
public enum WriteFault: Sendable {
    /// The store refuses before it begins; nothing is written.
    case refused(StoreError.Reason)
    /// The entity is not where the write expects it; nothing is written.
    case conflict
    /// Another writer has taken the stream over; nothing is written. For a durable state, which knows no fence, it is a conflict.
    case fenced(by: WriterID)
    /// The connection is lost before the commit; nothing is written, and the caller can't know.
    case lostBeforeCommit
    /// The connection is lost after the commit; all is written, and the caller can't know.
    case lostAfterCommit
    /// Some other error before the commit, for which the caller has no name; nothing is written.
    case error(any Error)
    /// Some other error after the commit, for which the caller has no name; all is written.
    case errorAfterCommit(any Error)
}

/// How a stored event comes to a reader.
public enum EventFault: Hashable, Sendable {
    /// Not at all.
    case missing
    /// As one that does not fit its checksum.
    case damaged
    /// As one that does not fit its checksum and claims to have another number.
    case damagedNumber(Int64)
    /// As a row that the store can't read: the reading fails there, with its number.
    case unreadable
    /// Twice.
    case twice
}
