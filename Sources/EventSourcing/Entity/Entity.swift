import Actors

/// The core that every style of entity drives: it recovers a state from its log, and commits events to it.
///
/// Recovery: snapshot, events, filter, fold. Commit: fold dry, append, advance, snapshot, retention.
struct Entity<Event: Sendable, State: Sendable>: Sendable {
    let ground: EntityGround
    /// The stream's epoch as recovery saw it, or as the last append made it.
    var epoch: Int64
    /// The number of the newest snapshot that this entity took or began with; 0 for none.
    var lastSnapshot: Int64
    // Behind all that has a size of its own, as in `EntityDefinition`.
    var replay: Replay<Event, State>

    // Inlined, because a call would copy the whole entity for it.
    var definition: EntityDefinition<Event, State> { @inline(__always) _read { yield replay.definition } }
    var state: State { @inline(__always) get { replay.state } }
    var sequenceNumber: Int64 { @inline(__always) get { replay.sequenceNumber } }
}

// MARK: - Commit

/// Events that are known to fold and to be storable, and the state that they lead to; nothing is written yet.
struct PreparedCommit<Event: Sendable, State: Sendable>: Sendable {
    let events: [Event]
    let encoded: [NewEvent]
    let timestamp: Timestamp
    let state: State
}

extension Entity {
    /// Folds events on a copy of the state and encodes them, so that no event is ever written that can't be read back.
    ///
    /// Throws what the fold throws, and `EventCodingError`.
    func prepared(_ events: [Event], metadata: Metadata, at time: Timestamp) throws -> PreparedCommit<Event, State> {
        var folded = state
        for place in 0..<events.count { try definition.fold(&folded, events[place]) }
        var encoded: [NewEvent] = []
        encoded.reserveCapacity(events.count)
        for place in 0..<events.count {
            let (type, version, payload) = try definition.registry.encode(events[place])
            encoded.append(
                NewEvent(type: type, schemaVersion: version, payload: payload, metadata: metadata, timestamp: time))
        }
        return PreparedCommit(events: events, encoded: encoded, timestamp: time, state: folded)
    }

    /// Appends what was prepared, then advances, then takes the snapshot that the strategy or the effect asks for.
    ///
    /// Throws what the append throws, and is then unchanged. A snapshot that fails is a warning.
    mutating func commit(
        _ prepared: PreparedCommit<Event, State>, with companions: Companions = .none,
        snapshot request: SnapshotRequest = .none
    ) async throws -> CommitNotice {
        let before = sequenceNumber
        let receipt = try await ground.events.append(
            prepared.encoded, to: definition.id, expecting: .number(before), by: ground.writer, epoch: epoch,
            with: companions)
        epoch = receipt.epoch
        replay.advance(
            to: before + Int64(prepared.events.count), state: prepared.state, by: ground.writer, epoch: epoch)
        if let last = prepared.events.last {
            await takeSnapshot(after: before, lastEvent: last, at: prepared.timestamp, request)
        }
        return CommitNotice(
            persistenceID: definition.id, sequenceNumbers: receipt.sequenceNumbers, types: prepared.encoded.map(\.type))
    }
}

/// What a commit wrote.
public struct CommitNotice: Hashable, Sendable {
    /// The stream.
    public var persistenceID: PersistenceID
    /// The numbers that the events got.
    public var sequenceNumbers: Range<Int64>
    /// The events' logical names, in their order.
    public var types: [String]
}
