public import Actors

/// Keeps many snapshots for each stream; the newest by number is the latest, whenever it was saved.
public protocol SnapshotStore: Sendable {
    /// Saves a snapshot; one of the same stream and number is replaced.
    func save(_ snapshot: StoredSnapshot) async throws

    /// The newest snapshot at or below a number, nil where there is none.
    func latest(of id: PersistenceID, atOrBelow: Int64) async throws -> StoredSnapshot?

    /// A stream's snapshots by rising number, without their states.
    func list(of id: PersistenceID) async throws -> [SnapshotDescription]

    /// Deletes a stream's snapshots up to a number, included, and answers whether there were any.
    @discardableResult
    func delete(of id: PersistenceID, upTo: Int64) async throws -> Bool
}

/// What is known of a snapshot beside its state.
public struct SnapshotDescription: Hashable, Sendable {
    /// The stream it was taken of.
    public var persistenceID: PersistenceID
    /// The number of the last event that is in it.
    public var sequenceNumber: Int64
    /// The logical name of the state's type.
    public var stateType: String
    /// The version of the state's schema.
    public var schemaVersion: Int
    /// Who wrote the last event that is in it.
    public var writer: WriterID
    /// The epoch of the last event that is in it; 0 where the history has none.
    public var epoch: Int64
    /// When it was taken: UTC, microseconds.
    public var timestamp: Timestamp
    /// How many bytes the encoded state has.
    public var size: Int

    /// Describes a snapshot.
    public init(
        persistenceID: PersistenceID, sequenceNumber: Int64, stateType: String, schemaVersion: Int, writer: WriterID,
        epoch: Int64, timestamp: Timestamp, size: Int
    ) {
        self.persistenceID = persistenceID
        self.sequenceNumber = sequenceNumber
        self.stateType = stateType
        self.schemaVersion = schemaVersion
        self.writer = writer
        self.epoch = epoch
        self.timestamp = timestamp
        self.size = size
    }
}

/// A snapshot with its encoded state.
public struct StoredSnapshot: Hashable, Sendable {
    /// What is known of it.
    public var description: SnapshotDescription
    /// The encoded state.
    public var state: [UInt8]
    /// Whether the stored checksum fits the stored fields; true for one that was not stored yet.
    public var isIntact: Bool

    /// Describes a snapshot; its `size` is taken from the state.
    public init(
        persistenceID: PersistenceID, sequenceNumber: Int64, stateType: String, schemaVersion: Int = 1,
        writer: WriterID, epoch: Int64 = 0, timestamp: Timestamp, state: [UInt8], isIntact: Bool = true
    ) {
        description = SnapshotDescription(
            persistenceID: persistenceID, sequenceNumber: sequenceNumber, stateType: stateType,
            schemaVersion: schemaVersion, writer: writer, epoch: epoch, timestamp: timestamp, size: state.count)
        self.state = state
        self.isIntact = isIntact
    }
}
