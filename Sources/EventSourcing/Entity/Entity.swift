import Actors

/// The core that every style of entity drives: it recovers a state from its log, and commits events to it.
///
/// Recovery: snapshot, events, filter, fold. Commit: append, advance, snapshot, retention.
// Safe to send: it goes from its recovery to its driver, and only one of them has it at a time. An object, because what
// stands in a generic struct is copied out of it whole.
final class Entity<Event: Sendable, State: Sendable>: @unchecked Sendable {
    let ground: EntityGround
    /// The stream's epoch as recovery saw it, or as the last append made it.
    var epoch: Int64
    /// The number of the newest snapshot that this entity took or began with; 0 for none.
    var lastSnapshot: Int64
    // Behind all that has a size of its own, as in `EntityDefinition`.
    var replay: Replay<Event, State>

    init(ground: EntityGround, epoch: Int64, lastSnapshot: Int64, replay: Replay<Event, State>) {
        self.ground = ground
        self.epoch = epoch
        self.lastSnapshot = lastSnapshot
        self.replay = replay
    }

    // Inlined, because a call would copy the whole definition for it.
    var definition: EntityDefinition<Event, State> { @inline(__always) _read { yield replay.definition } }
    var state: State { @inline(__always) _read { yield replay.state } }
    var sequenceNumber: Int64 { @inline(__always) get { replay.sequenceNumber } }
}

// MARK: - Commit

extension Entity {
    /// Appends a decision's events, then advances to the state behind them, then takes the snapshot that is asked for.
    ///
    /// Throws what the append throws, and is then unchanged. A snapshot that fails is a warning.
    func commit(
        _ decision: Decision, leadingTo state: State, at time: Timestamp, with companions: Companions
    ) async throws -> AppendReceipt {
        let receipt = try await ground.events.append(
            decision.events, to: definition.id, expecting: .number(sequenceNumber), by: ground.writer, epoch: heldEpoch,
            with: companions)
        advance(behind: decision.events.count, to: state, receipt.epoch)
        if decision.takesSnapshot { await takeSnapshot(at: time, decision.snapshotRequest) }
        return receipt
    }

    /// Appends a decision's events without suspending, and advances; throws what the append throws, and is then unchanged.
    func commitNow(
        _ decision: Decision, leadingTo state: State, on store: any ImmediateEventStore
    ) throws -> AppendReceipt {
        let receipt = try store.appendNow(
            decision.events, to: definition.id, expecting: .number(sequenceNumber), by: ground.writer, epoch: heldEpoch,
            with: Companions.none.with(decision.companions))
        advance(behind: decision.events.count, to: state, receipt.epoch)
        return receipt
    }

    @inline(__always)
    private var heldEpoch: Int64? { definition.isFenced ? epoch : nil }

    @inline(__always)
    private func advance(behind count: Int, to state: State, _ epoch: Int64) {
        self.epoch = epoch
        replay.advance(to: sequenceNumber + Int64(count), state: state, by: ground.writer, epoch: epoch)
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

extension CommitNotice {
    init(_ id: PersistenceID, _ receipt: AppendReceipt, _ decision: Decision) {
        self.init(
            persistenceID: id, sequenceNumbers: receipt.sequenceNumbers, types: decision.events.map(\.type))
    }
}
