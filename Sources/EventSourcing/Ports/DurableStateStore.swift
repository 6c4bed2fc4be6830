public import Actors

/// Keeps one state for each entity, under a revision that decides who may write it next.
///
/// The revision is 0 where nothing was ever written, 1 with the first write, and one more with each. Every call is one
/// transaction.
public protocol DurableStateStore: Sendable {
    /// The present state, nil where nothing was written or it was deleted.
    func get(_ id: PersistenceID) async throws -> StoredDurableState?

    /// The last revision that was written, 0 where none was; it outlives a deletion.
    func revision(of id: PersistenceID) async throws -> Int64

    /// Writes a state as the revision after `expecting`, and answers what is known of it then.
    ///
    /// It succeeds only if the stored revision is `expecting`; with 0, only where nothing was ever written. The epoch rises
    /// by one when another writer wrote the revision before.
    ///
    /// Throws, in this order of precedence, `CommandAlreadyHandledError` when the companions' command id is known,
    /// `ConcurrentModificationError` with the expected and the actual revision, `LeaseLostError` for a lock that is not its
    /// acquisition's any more, `ClaimLostError` for a claim of a subscription that is not its holder's any more,
    /// `StaleTimerError` for a timer that is not its claimer's to fire any more, and `StoreError`; nothing is written then.
    @discardableResult
    func put(
        _ state: NewDurableState, of id: PersistenceID, expecting revision: Int64, by writer: WriterID,
        with companions: Companions
    ) async throws -> DurableStateDescription

    /// Deletes a state and answers whether there was one; the revision stays, so a later write goes on from it.
    ///
    /// Where there was none nothing is written, the companions neither. The command's record gets the time that is given.
    ///
    /// Throws, in this order of precedence, `CommandAlreadyHandledError` when the companions' command id is known,
    /// `ConcurrentModificationError` unless the stored revision is `expecting`, `LeaseLostError` for a lock that is not its
    /// acquisition's any more, `ClaimLostError` for a claim of a subscription that is not its holder's any more,
    /// `StaleTimerError` for a timer that is not its claimer's to fire any more, and `StoreError`; nothing is written then.
    @discardableResult
    func delete(
        _ id: PersistenceID, expecting revision: Int64, at time: Timestamp, with companions: Companions
    ) async throws -> Bool

    /// At most `limit` present states, without their bytes, whose `Type|id` begins with `prefix` and stands behind that of
    /// `after`, in the order of the bytes of `Type|id`.
    func list(after: PersistenceID?, prefix: String, limit: Int) async throws -> [DurableStateDescription]
}

extension DurableStateStore {
    /// Writes a state without companions.
    @discardableResult
    public func put(
        _ state: NewDurableState, of id: PersistenceID, expecting revision: Int64, by writer: WriterID
    ) async throws -> DurableStateDescription {
        try await put(state, of: id, expecting: revision, by: writer, with: .none)
    }

    /// Deletes a state without companions.
    @discardableResult
    public func delete(_ id: PersistenceID, expecting revision: Int64) async throws -> Bool {
        try await delete(id, expecting: revision, at: .epoch, with: .none)
    }
}

/// A state on its way into a store, which gives it a revision.
public struct NewDurableState: Hashable, Sendable {
    /// The logical name of the state's type.
    public var stateType: String
    /// The version of the state's schema.
    public var schemaVersion: Int
    /// When it came about: UTC, microseconds.
    public var timestamp: Timestamp
    /// The encoded state.
    public var state: [UInt8]

    /// Describes a state.
    public init(stateType: String, schemaVersion: Int = 1, timestamp: Timestamp, state: [UInt8]) {
        self.stateType = stateType
        self.schemaVersion = schemaVersion
        self.timestamp = timestamp
        self.state = state
    }
}

/// What is known of a durable state beside its bytes.
public struct DurableStateDescription: Hashable, Sendable {
    /// The entity.
    public var persistenceID: PersistenceID
    /// How many times it was written, from 1.
    public var revision: Int64
    /// The logical name of the state's type.
    public var stateType: String
    /// The version of the state's schema.
    public var schemaVersion: Int
    /// Who wrote it.
    public var writer: WriterID
    /// Rises by one with the first write of another writer, from 1.
    public var epoch: Int64
    /// When it was written: UTC, microseconds.
    public var timestamp: Timestamp
    /// How many bytes the encoded state has.
    public var size: Int

    /// Describes a durable state.
    public init(
        persistenceID: PersistenceID, revision: Int64, stateType: String, schemaVersion: Int, writer: WriterID,
        epoch: Int64, timestamp: Timestamp, size: Int
    ) {
        self.persistenceID = persistenceID
        self.revision = revision
        self.stateType = stateType
        self.schemaVersion = schemaVersion
        self.writer = writer
        self.epoch = epoch
        self.timestamp = timestamp
        self.size = size
    }
}

/// A durable state with its bytes.
public struct StoredDurableState: Hashable, Sendable {
    /// What is known of it.
    public var description: DurableStateDescription
    /// The encoded state.
    public var state: [UInt8]
    /// Whether the stored checksum fits the stored fields.
    public var isIntact: Bool

    /// Describes a stored state; its `size` is taken from the state.
    public init(
        persistenceID: PersistenceID, revision: Int64, stateType: String, schemaVersion: Int = 1, writer: WriterID,
        epoch: Int64 = 0, timestamp: Timestamp, state: [UInt8], isIntact: Bool = true
    ) {
        description = DurableStateDescription(
            persistenceID: persistenceID, revision: revision, stateType: stateType, schemaVersion: schemaVersion,
            writer: writer, epoch: epoch, timestamp: timestamp, size: state.count)
        self.state = state
        self.isIntact = isIntact
    }

    /// The state that a write makes of what stands there, or the refusal of the write.
    ///
    /// Both stores decide by this, so that the rule of the revisions stands in one place.
    package init(
        _ new: NewDurableState, of id: PersistenceID, expecting revision: Int64, by writer: WriterID,
        over known: DurableStateDescription?
    ) throws {
        try DurableStateDescription.require(revision, of: id, in: known)
        guard revision < .max, known?.epoch ?? 0 < .max else {
            throw StoreError(.invalid, stream: id, detail: "its revision or epoch can't rise any further")
        }
        let epoch = known.map { $0.writer == writer ? $0.epoch : $0.epoch + 1 } ?? 1
        self.init(
            persistenceID: id, revision: revision + 1, stateType: new.stateType, schemaVersion: new.schemaVersion,
            writer: writer, epoch: epoch, timestamp: new.timestamp, state: new.state)
    }
}

extension DurableStateDescription {
    /// Throws unless what stands there, also if it was deleted, has the expected revision.
    package static func require(_ revision: Int64, of id: PersistenceID, in known: Self?) throws {
        let actual = known?.revision ?? 0
        guard actual == revision else {
            throw ConcurrentModificationError(persistenceID: id, expected: .number(revision), actual: actual)
        }
    }
}
