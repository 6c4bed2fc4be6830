import Actors

/// Whether an effect asks for a snapshot beside the strategy.
enum SnapshotRequest: Hashable, Sendable {
    case none
    case snapshot
    /// Also of a state from which events were left out, which is accepted by it.
    case acceptingRepair
}

extension Entity {
    /// Takes the snapshot that the strategy or the effect asks for after a batch, and then does what retention says.
    mutating func takeSnapshot(
        after before: Int64, lastEvent: Event, at time: Timestamp, _ request: SnapshotRequest
    ) async {
        let isDue = definition.snapshotStrategy.asksForSnapshot(
            before: before, after: sequenceNumber, state: state, lastEvent: lastEvent)
        if isDue || request != .none { await takeSnapshot(at: time, request) }
    }

    /// Takes a snapshot of the present state, where it has events that are in none, and then does what retention says.
    ///
    /// What fails is a warning, and is tried again after the next snapshot.
    mutating func takeSnapshot(at time: Timestamp, _ request: SnapshotRequest = .none) async {
        guard let snapshots = ground.snapshots, let codec = definition.snapshotCodec, sequenceNumber > lastSnapshot
        else {
            return
        }
        if replay.isRepaired, request != .acceptingRepair {
            if request == .snapshot {
                warn("is not taken: events were left out of the state; thenSnapshot(acceptingRepair:) accepts that")
            }
            return
        }
        do {
            try await snapshots.save(
                StoredSnapshot(
                    persistenceID: definition.id, sequenceNumber: sequenceNumber, stateType: codec.stateType,
                    schemaVersion: codec.version, writer: ground.writer, epoch: epoch, timestamp: time,
                    state: try codec.encode(state)))
        } catch {
            return warn("was not saved: \(error)")
        }
        lastSnapshot = sequenceNumber
        replay.accept()
        do {
            try await retain(snapshots, codec)
        } catch {
            ground.warn(
                "\(definition.id): nothing was deleted behind the snapshot at #\(sequenceNumber): \(error)",
                ["persistenceID": "\(definition.id)", "sequenceNumber": "\(sequenceNumber)"])
        }
    }

    private func warn(_ clause: String) {
        ground.warn(
            "\(definition.id): the snapshot at #\(sequenceNumber) \(clause)",
            ["persistenceID": "\(definition.id)", "sequenceNumber": "\(sequenceNumber)"])
    }

    // MARK: - Retention

    private func retain(_ snapshots: any SnapshotStore, _ codec: SnapshotCodec<State>) async throws {
        let policy = definition.retentionPolicy
        guard let kept = policy.keptSnapshots else { return }
        let id = definition.id
        // A snapshot above the head is of another history, and stands for nothing.
        let numbers = try await snapshots.list(of: id).map(\.sequenceNumber).filter { $0 <= sequenceNumber }
        guard let oldest = numbers.suffix(kept).first else { return }
        if policy.deletesEvents {
            // What the events are deleted for is read back first: from then on it is all there is of them.
            guard let snapshot = try await snapshots.latest(of: id, atOrBelow: oldest),
                snapshot.description.sequenceNumber == oldest
            else { throw RetentionError.missingSnapshot(oldest) }
            _ = try codec.decode(snapshot)
        }
        if numbers.count > kept { _ = try await snapshots.delete(of: id, upTo: oldest - 1) }
        if policy.deletesEvents { _ = try await ground.events.deleteEvents(of: id, upTo: oldest) }
    }
}

/// Why retention deleted nothing.
private enum RetentionError: Error, CustomStringConvertible {
    case missingSnapshot(Int64)

    var description: String {
        switch self {
        case .missingSnapshot(let number): "the snapshot at #\(number), which was listed, can't be found"
        }
    }
}
