import Actors

/// The core of an entity with a durable state: it reads the state, and writes the next one.
struct DurableEntity<State: Sendable>: Sendable {
    let id: PersistenceID
    let emptyState: State
    let codec: SnapshotCodec<State>
    let store: any DurableStateStore
    let writer: WriterID
    private(set) var state: State
    private(set) var revision: Int64
}

// MARK: - Recovery

extension DurableEntity {
    /// Reads the state; writes nothing.
    ///
    /// Throws `RecoveryError` for a state that can't be decoded, and what the store throws when it can't be read.
    static func recover(
        _ id: PersistenceID, emptyState: State, codec: SnapshotCodec<State>, from store: any DurableStateStore,
        writer: WriterID
    ) async throws -> DurableEntity {
        var entity = DurableEntity(
            id: id, emptyState: emptyState, codec: codec, store: store, writer: writer, state: emptyState, revision: 0)
        try await entity.reload()
        return entity
    }

    /// Reads what others wrote since, so that a command can be decided again; unchanged when it throws.
    mutating func reload() async throws {
        // The revision is read first: if others write and delete in between, it is too low, and the next write a conflict.
        let known = try await store.revision(of: id)
        guard known > 0, let stored = try await store.get(id) else {
            (state, revision) = (emptyState, known)
            return
        }
        do {
            (state, revision) = (try codec.decode(stored), stored.description.revision)
        } catch {
            throw RecoveryError(
                persistenceID: id, sequenceNumber: stored.description.revision, phase: .decode, cause: .error(error))
        }
    }
}

// MARK: - Commit

/// What a command does to a durable state; it is known to be storable, and nothing is written yet.
struct PreparedStateChange<State: Sendable>: Sendable {
    let state: State
    /// The bytes of the state, nil for a deletion.
    let encoded: NewDurableState?
    let timestamp: Timestamp
}

extension DurableEntity {
    /// Encodes the next state; throws `DurableStateCodingError`.
    func prepared(_ next: State, at time: Timestamp) throws -> PreparedStateChange<State> {
        do {
            let bytes = try codec.encode(next)
            return PreparedStateChange(
                state: next,
                encoded: NewDurableState(
                    stateType: codec.stateType, schemaVersion: codec.version, timestamp: time, state: bytes),
                timestamp: time)
        } catch {
            throw DurableStateCodingError.encoding(stateType: codec.stateType, "\(error)")
        }
    }

    func preparedDeletion(at time: Timestamp) -> PreparedStateChange<State> {
        PreparedStateChange(state: emptyState, encoded: nil, timestamp: time)
    }

    /// Writes what was prepared, then advances; throws what the store throws, and is then unchanged.
    mutating func commit(_ change: PreparedStateChange<State>, with companions: Companions = .none) async throws {
        if let encoded = change.encoded {
            revision = try await store.put(encoded, of: id, expecting: revision, by: writer, with: companions).revision
        } else {
            try await store.delete(id, expecting: revision, at: change.timestamp, with: companions)
        }
        state = change.state
    }
}

extension SnapshotCodec {
    /// Decodes a stored durable state; throws `DurableStateCodingError` where it is damaged or of another type or version,
    /// or what decoding throws.
    package func decode(_ stored: StoredDurableState) throws -> State {
        guard stored.isIntact else { throw DurableStateCodingError.damaged }
        let known = stored.description
        guard known.stateType == stateType, known.schemaVersion == version else {
            throw DurableStateCodingError.otherType(
                found: "\(known.stateType) version \(known.schemaVersion)", expected: "\(stateType) version \(version)")
        }
        return try stored.state.withUnsafeBytes { try decodeState($0) }
    }
}

/// Why a durable state could not be written or read.
public enum DurableStateCodingError: Error, Hashable, CustomStringConvertible {
    case damaged
    case otherType(found: String, expected: String)
    case encoding(stateType: String, String)

    /// A sentence that says what is wrong.
    public var description: String {
        switch self {
        case .damaged: "the stored state does not fit its checksum"
        case .otherType(let found, let expected): "the stored state is \(found), and \(expected) is expected"
        case .encoding(let type, let reason): "the state \(type) could not be encoded: \(reason)"
        }
    }
}
