public import EventSourcing

/// What becomes of an append that fails.
public enum AppendFault: Sendable {
    /// The store refuses before it begins; nothing is written.
    case refused(StoreError.Reason)
    /// The stream is not where the append expects it; nothing is written.
    case conflict
    /// Another writer has taken the stream over; nothing is written.
    case fenced(by: WriterID)
    /// The connection is lost before the commit; nothing is written, and the caller can't know.
    case lostBeforeCommit
    /// The connection is lost after the commit; all is written, and the caller can't know.
    case lostAfterCommit
    /// Some other error before the commit, for which the caller has no name; nothing is written.
    case error(any Error)
}
