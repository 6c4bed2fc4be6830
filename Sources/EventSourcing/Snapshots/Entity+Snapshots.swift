import Actors

/// Whether an effect asks for a snapshot beside the strategy.
@usableFromInline
enum SnapshotRequest: Hashable, Sendable {
    case none
    case snapshot
    /// Also of a state from which events were left out, which is accepted by it.
    case acceptingRepair
}

extension Entity {
    /// Takes a snapshot of the present state, where it has events that are in none, and then does what retention says.
    ///
    /// What fails is a warning, and is tried again after the next snapshot.
    func takeSnapshot(at time: Timestamp, _ request: SnapshotRequest = .none) async {
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
        let apart: [QuarantinedEvent]
        do {
            apart = try await ground.events.eventsApart(of: definition.id)
            if let event = apart.first(where: { $0.sequenceNumber <= sequenceNumber && !leavesOut($0) }) {
                return warn(
                    "is not taken: #\(event.sequenceNumber) was set apart while the entity ran, and is in its state")
            }
            try await snapshots.save(
                StoredSnapshot(
                    persistenceID: definition.id, sequenceNumber: sequenceNumber, stateType: codec.stateType,
                    schemaVersion: codec.version, writer: replay.lastEvent?.writer ?? ground.writer,
                    epoch: replay.lastEvent?.epoch ?? epoch, timestamp: time,
                    state: try codec.encode(state)))
        } catch {
            return warn("was not saved: \(error)")
        }
        lastSnapshot = sequenceNumber
        do {
            if replay.isRepaired { try await acceptRepair(at: time) }
            try await retain(snapshots, codec, apart)
        } catch {
            warn("stands, and nothing was deleted behind it: \(error)")
        }
    }

    private func leavesOut(_ event: QuarantinedEvent) -> Bool { replay.leavesOut(event.sequenceNumber) }

    /// Takes what was left out as left out for good: its first event is set apart, and retention stays behind it.
    ///
    /// It is set apart at the snapshot's own time, so that the snapshot is not taken for an older one that holds it.
    private func acceptRepair(at time: Timestamp) async throws {
        guard let first = replay.accept() else { return }
        try await ground.setApart(
            first, of: definition.id, because: "a state without it was accepted by the snapshot at #\(sequenceNumber)",
            at: time)
    }

    private func warn(_ clause: String) {
        ground.warn(
            "\(definition.id): the snapshot at #\(sequenceNumber) \(clause)",
            ["persistenceID": "\(definition.id)", "sequenceNumber": "\(sequenceNumber)"])
    }

    // MARK: - Retention

    private func retain(
        _ snapshots: any SnapshotStore, _ codec: SnapshotCodec<State>, _ apart: [QuarantinedEvent]
    ) async throws {
        let policy = definition.retentionPolicy
        guard let kept = policy.keptSnapshots else { return }
        let id = definition.id
        // A snapshot above the head is of another history, and stands for nothing.
        let numbers = try await snapshots.list(of: id).map(\.sequenceNumber).filter { $0 <= sequenceNumber }
        guard let oldest = numbers.suffix(kept).first else { return }
        // What was left out may be wanted again, and with it all that it would be folded with.
        if let held = [replay.firstLeftOut, apart.first?.sequenceNumber].compactMap(\.self).min(), held <= oldest {
            throw RetentionHold.leftOut(held)
        }
        if policy.deletesEvents { try await requireGoodBase(oldest, snapshots, codec) }
        if numbers.count > kept { _ = try await snapshots.delete(of: id, upTo: oldest - 1) }
        if policy.deletesEvents { _ = try await ground.events.deleteEvents(of: id, upTo: oldest) }
    }

    /// Reads back the snapshot that events are to be deleted for: from then on it is all there is of them.
    private func requireGoodBase(
        _ number: Int64, _ snapshots: any SnapshotStore, _ codec: SnapshotCodec<State>
    ) async throws {
        guard let snapshot = try await snapshots.latest(of: definition.id, atOrBelow: number),
            snapshot.description.sequenceNumber == number
        else { throw RetentionHold.missing(number) }
        _ = try codec.decode(snapshot)
        if number == sequenceNumber { return }
        let head = try await ground.events.head(of: definition.id)
        let origin = try await ground.events.origin(of: snapshot.description, below: head)
        guard snapshot.description.wasTakenBehind(origin) else {
            throw RetentionHold.otherHistory(number)
        }
    }
}

/// Why retention deleted nothing.
private enum RetentionHold: Error, CustomStringConvertible {
    case leftOut(Int64)
    case missing(Int64)
    case otherHistory(Int64)

    var description: String {
        switch self {
        case .leftOut(let number): "#\(number) was left out of the state, and is kept with all that follows"
        case .missing(let number): "the snapshot at #\(number), which was listed, can't be found"
        case .otherHistory(let number): "the snapshot at #\(number) was taken behind another event than is there now"
        }
    }
}
