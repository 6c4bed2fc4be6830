public import EventSourcing

/// Something in a store that should not be there.
public struct Finding: Hashable, Sendable, CustomStringConvertible {
    /// The closed set of what is looked for.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// A number is missing between two events.
        case gap
        /// A number stands twice.
        case duplicate
        /// A writer wrote after another had superseded it.
        case interleaving
        /// A snapshot is not what its events fold to.
        case snapshotDiffers = "snapshot-differs"
        /// A snapshot can't be decoded, or is above the stream's head.
        case snapshotUnusable = "snapshot-unusable"
        /// A payload can't be decoded.
        case undecodable
        /// An event does not fold.
        case foldFailed = "fold-failed"
        /// Recovery leaves an event out, because it could not be taken.
        case quarantined
        /// A row does not fit its checksum, or can't be read.
        case damaged
        /// The head says something else than the events do.
        case headMismatch = "head-mismatch"
        /// An event's position does not fit: it does not rise with the numbers, or positions are lost.
        case position
        /// An event's writer is not one that the store knows.
        case writer
    }

    /// What it is.
    public var kind: Kind
    /// The stream, where one is concerned.
    public var persistenceID: PersistenceID?
    /// The event, where one is concerned.
    public var sequenceNumber: Int64?
    /// A sentence that says what is wrong.
    public var message: String
    /// Whether a comparison of the stream's head with the numbers of its events finds it too.
    package var isOfNumbers = false

    /// Describes a finding.
    public init(kind: Kind, persistenceID: PersistenceID?, sequenceNumber: Int64?, message: String) {
        self.kind = kind
        self.persistenceID = persistenceID
        self.sequenceNumber = sequenceNumber
        self.message = message
    }

    /// Describes what a store could not read; SQLite's words are in it, and the file's name is not.
    init(unreadable error: StoreError, what: String, of id: PersistenceID? = nil) {
        self.init(
            kind: .damaged, persistenceID: error.stream ?? id, sequenceNumber: error.sequenceNumber,
            message: "\(what) can't be read: \(error.detail)")
    }

    /// Where it is and what is wrong.
    public var description: String {
        let place = [persistenceID?.description, sequenceNumber.map { "#\($0)" }].compactMap(\.self).joined(
            separator: " ")
        return place.isEmpty ? message : "\(place): \(message)"
    }
}
