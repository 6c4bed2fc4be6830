extension Entity {
    /// How many events are read from the store at a time.
    private static var page: Int64 { 10_000 }

    /// Reads an entity's state from its stores; writes nothing.
    ///
    /// Throws `RecoveryError` for a history that can't be folded, and what the stores throw when they can't be read.
    static func recover(_ definition: EntityDefinition<Event, State>, on ground: EntityGround) async throws -> Entity {
        let id = definition.id
        let head = try await ground.events.head(of: id)
        let last = head?.sequenceNumber ?? 0
        let lastWriter = try await lastWriter(definition, on: ground, at: last)
        var start = try await newestUsableSnapshot(definition, on: ground, head: last, lastWriter: lastWriter)
        if let head, start.sequenceNumber < head.deletedTo {
            throw RecoveryError(
                persistenceID: id, sequenceNumber: start.sequenceNumber + 1, phase: .snapshot,
                cause: .pruned(deletedTo: head.deletedTo))
        }
        start.beginFiltering(lastWriter: lastWriter)
        let replay = try await replayed(start, through: last, on: ground)
        return Entity(definition: definition, ground: ground, replay: replay, epoch: head?.epoch ?? 0)
    }

    /// Folds what others appended since, so that a command can be decided again; unchanged when it throws.
    mutating func reload() async throws {
        // Where only the last writer's events count, another writer's new ones change which of the old ones do.
        guard definition.replayFilter.needsLastWriter == false,
            let head = try await ground.events.head(of: definition.id),
            (head.deletedTo...max(head.deletedTo, head.sequenceNumber)).contains(sequenceNumber)
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
            // Also where a page is not filled: the next one then begins at the event that is missing.
            let through = last - from < page ? last : from + page - 1
            replay = try await ground.events.load(
                replay.definition.id, from: from, through: through, fields: [.payload, .checked], into: replay
            ) { replay, event in
                try replay.take(event)
                return .next
            }
            if replay.sequenceNumber < from {
                throw RecoveryError(
                    persistenceID: replay.definition.id, sequenceNumber: from, phase: .head,
                    cause: .headMismatch(head: last, events: from - 1))
            }
            for warning in replay.takeWarnings() { ground.warn(warning) }
        }
        return replay
    }

    /// The newest snapshot that can be decoded and does not contradict the history; the empty state where there is none.
    private static func newestUsableSnapshot(
        _ definition: EntityDefinition<Event, State>, on ground: EntityGround, head: Int64, lastWriter: WriterID?
    ) async throws -> Replay<Event, State> {
        guard let snapshots = ground.snapshots, let codec = definition.snapshotCodec else {
            return Replay(of: definition)
        }
        var limit = Int64.max
        while limit > 0, let snapshot = try await snapshots.latest(of: definition.id, atOrBelow: limit) {
            let number = snapshot.description.sequenceNumber
            let reason: String
            if number < 1 || number > limit {
                reason = "it is not where the store was asked for one"
                limit = 0
            } else if number > head {
                reason = "the head is at #\(head)"
                // No snapshot between here and the head can be used either.
                limit = head
            } else if let lastWriter, snapshot.description.writer != lastWriter {
                reason = "it holds events of another writer than \(lastWriter), which the replay filter leaves out"
                limit = number - 1
            } else {
                do {
                    return Replay(of: definition, state: try codec.decode(snapshot), snapshot: snapshot.description)
                } catch {
                    reason = "\(error)"
                    limit = number - 1
                }
            }
            ground.warn(
                "\(definition.id): the snapshot at #\(number) can't be used: \(reason)",
                ["persistenceID": "\(definition.id)", "sequenceNumber": "\(number)"])
        }
        return Replay(of: definition)
    }

    /// The writer of the last event, read from the event itself; nil where the filter does not need it or it is gone.
    private static func lastWriter(
        _ definition: EntityDefinition<Event, State>, on ground: EntityGround, at last: Int64
    ) async throws -> WriterID? {
        guard definition.replayFilter.needsLastWriter, last > 0 else { return nil }
        return try await ground.events.load(
            definition.id, from: last, through: last, fields: [], into: WriterID?.none
        ) { writer, event in
            writer = event.writer
            return .stop
        }
    }
}

extension ReplayFilter {
    /// Whether the whole history has to be known by its last writer before its first event can be judged.
    fileprivate var needsLastWriter: Bool { mode == .repairByDiscardOld && comparison == .anySecondWriter }
}

extension EntityGround {
    fileprivate func warn(_ conflict: WriterConflictError) {
        warn(
            conflict.description,
            [
                "persistenceID": "\(conflict.persistenceID)", "sequenceNumber": "\(conflict.sequenceNumber)",
                "expectedWriter": "\(conflict.expectedWriter)", "actualWriter": "\(conflict.actualWriter)",
            ])
    }
}
