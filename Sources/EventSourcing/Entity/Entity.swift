import Actors

/// The core that every style of entity drives: it recovers a state from its log, and commits events to it.
///
/// Recovery: snapshot, events, filter, fold. Commit: fold dry, append, advance, snapshot.
struct Entity<Event: Sendable, State: Sendable>: Sendable {
    let definition: EntityDefinition<Event, State>
    let ground: EntityGround
    private(set) var replay: Replay<Event, State>
    /// The stream's epoch as recovery saw it, or as the last append made it.
    private(set) var epoch: Int64

    var state: State { replay.state }
    var sequenceNumber: Int64 { replay.sequenceNumber }
}

// MARK: - Recovery

extension Entity {
    /// How many events are read from the store at a time.
    private static var page: Int64 { 10_000 }

    /// Reads an entity's state from its stores; writes nothing.
    ///
    /// Throws `RecoveryError`, or `StoreError` when the store can't be reached.
    static func recover(_ definition: EntityDefinition<Event, State>, on ground: EntityGround) async throws -> Entity {
        let id = definition.id
        guard let head = try await ground.events.head(of: id) else {
            return Entity(definition: definition, ground: ground, replay: Replay(of: definition), epoch: 0)
        }
        var start = try await newestUsableSnapshot(definition, on: ground, head: head)
        if start.sequenceNumber < head.deletedTo {
            throw RecoveryError(
                persistenceID: id, sequenceNumber: start.sequenceNumber + 1, phase: .snapshot,
                cause: .pruned(deletedTo: head.deletedTo))
        }
        start.beginFiltering(lastWriter: try await lastWriter(definition, on: ground, head: head))
        let replay = try await replayed(start, through: head.sequenceNumber, on: ground)
        return Entity(definition: definition, ground: ground, replay: replay, epoch: head.epoch)
    }

    /// Folds what others appended since, so that a command can be decided again.
    mutating func reload() async throws {
        guard let head = try await ground.events.head(of: definition.id), head.deletedTo <= sequenceNumber,
            head.sequenceNumber >= sequenceNumber
        else {
            self = try await Self.recover(definition, on: ground)
            return
        }
        replay = try await Self.replayed(replay, through: head.sequenceNumber, on: ground)
        epoch = head.epoch
    }

    private static func replayed(
        _ start: Replay<Event, State>, through last: Int64, on ground: EntityGround
    ) async throws -> Replay<Event, State> {
        var replay = start
        while replay.sequenceNumber < last {
            let from = replay.sequenceNumber + 1
            replay = try await ground.events.load(
                replay.definition.id, from: from, through: min(last, from + page - 1), fields: [.payload, .checked],
                into: replay
            ) { replay, event in
                try replay.take(event)
                return .next
            }
            if replay.sequenceNumber < from {
                throw RecoveryError(
                    persistenceID: replay.definition.id, sequenceNumber: from, phase: .head,
                    cause: .headMismatch(head: last, events: from - 1))
            }
        }
        for warning in replay.takeWarnings() {
            ground.warn(
                warning.description,
                [
                    "persistenceID": "\(warning.persistenceID)", "sequenceNumber": "\(warning.sequenceNumber)",
                    "expectedWriter": "\(warning.expectedWriter)", "actualWriter": "\(warning.actualWriter)",
                ])
        }
        return replay
    }

    private static func newestUsableSnapshot(
        _ definition: EntityDefinition<Event, State>, on ground: EntityGround, head: StreamHead
    ) async throws -> Replay<Event, State> {
        guard let snapshots = ground.snapshots, let codec = definition.snapshotCodec else {
            return Replay(of: definition)
        }
        var limit = Int64.max
        while let snapshot = try await snapshots.latest(of: definition.id, atOrBelow: limit) {
            let number = snapshot.description.sequenceNumber
            limit = number - 1
            if number > head.sequenceNumber {
                ground.warn(
                    "\(definition.id): the snapshot at #\(number) is above the head at #\(head.sequenceNumber)", [:])
                continue
            }
            do {
                return Replay(of: definition, state: try codec.decode(snapshot), snapshot: snapshot.description)
            } catch {
                ground.warn("\(definition.id): the snapshot at #\(number) can't be used: \(error)", [:])
            }
        }
        return Replay(of: definition)
    }

    private static func lastWriter(
        _ definition: EntityDefinition<Event, State>, on ground: EntityGround, head: StreamHead
    ) async throws -> WriterID? {
        guard definition.replayFilter == ReplayFilter(mode: .repairByDiscardOld, comparison: .anySecondWriter) else {
            return nil
        }
        return try await ground.events.load(
            definition.id, from: head.sequenceNumber, through: head.sequenceNumber, fields: [], into: head.lastWriter
        ) { writer, event in
            writer = event.writer
            return .stop
        }
    }
}

// MARK: - Commit

extension Entity {
    /// Folds events on a copy of the state, so that an event that does not fold is never written.
    func foldedDry(_ events: [Event]) throws -> State {
        var state = replay.state
        for event in events { try definition.fold(&state, event) }
        return state
    }

    /// Appends events whose fold is known, then advances, then takes a snapshot where the strategy asks for one.
    ///
    /// Throws what the append throws, and is then unchanged. A snapshot that fails is a warning.
    mutating func commit(
        _ events: [Event], folded: State, metadata: Metadata, at time: Timestamp, with companions: Companions = .none
    ) async throws -> CommitNotice {
        var encoded: [NewEvent] = []
        encoded.reserveCapacity(events.count)
        for event in events {
            let (type, version, payload) = try definition.registry.encode(event)
            encoded.append(
                NewEvent(type: type, schemaVersion: version, payload: payload, metadata: metadata, timestamp: time))
        }
        let before = sequenceNumber
        let receipt = try await ground.events.append(
            encoded, to: definition.id, expecting: .number(before), by: ground.writer, epoch: epoch, with: companions)
        epoch = receipt.epoch
        replay.advance(to: receipt.sequenceNumbers.upperBound - 1, state: folded, by: ground.writer, epoch: epoch)
        if let last = events.last, !replay.isRepaired,
            definition.snapshotStrategy.asksForSnapshot(
                before: before, after: sequenceNumber, state: state, lastEvent: last)
        {
            await saveSnapshot(at: time)
        }
        return CommitNotice(
            persistenceID: definition.id, sequenceNumbers: receipt.sequenceNumbers, types: encoded.map(\.type))
    }

    private func saveSnapshot(at time: Timestamp) async {
        guard let snapshots = ground.snapshots, let codec = definition.snapshotCodec else { return }
        do {
            try await snapshots.save(
                StoredSnapshot(
                    persistenceID: definition.id, sequenceNumber: sequenceNumber, stateType: codec.stateType,
                    schemaVersion: codec.version, writer: ground.writer, epoch: epoch, timestamp: time,
                    state: try codec.encode(state)))
        } catch {
            ground.warn("\(definition.id): the snapshot at #\(sequenceNumber) was not saved: \(error)", [:])
        }
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
