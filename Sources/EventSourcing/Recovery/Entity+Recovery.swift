extension Entity {
    /// How many events are read from the store at a time.
    private static var page: Int64 { 10_000 }

    /// Reads an entity's state from its stores; writes nothing but what the policy sets apart.
    ///
    /// Throws `RecoveryError` for a history that can't be folded, `RecoveryCancelled` where the observer says so, and what
    /// the stores throw when they can't be read.
    static func recover(
        _ definition: EntityDefinition<Event, State>, on ground: EntityGround, observer: RecoveryObserver? = nil
    ) async throws -> Entity {
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
        let replay = try await replayed(start, through: last, on: ground, observer: observer)
        return Entity(
            definition: definition, ground: ground, replay: replay, epoch: head?.epoch ?? 0,
            lastSnapshot: replay.snapshotNumber)
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
        _ start: Replay<Event, State>, through last: Int64, on ground: EntityGround, observer: RecoveryObserver? = nil
    ) async throws -> Replay<Event, State> {
        var replay = start
        try tell(observer, of: replay, head: last)
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
                try await skipMissing(in: &replay, from: from, through: last, on: ground)
            }
            try await publishNotices(of: &replay, on: ground)
            try tell(observer, of: replay, head: last)
        }
        return replay
    }

    /// Tells how far a replay has come; throws `RecoveryCancelled` where it is not to go on.
    private static func tell(
        _ observer: RecoveryObserver?, of replay: Replay<Event, State>, head: Int64
    ) throws(RecoveryCancelled) {
        let progress = RecoveryProgress(
            persistenceID: replay.definition.id, snapshot: replay.snapshotNumber,
            sequenceNumber: replay.sequenceNumber, head: head)
        if observer?(progress) == .stop { throw RecoveryCancelled(progress: progress) }
    }

    /// Goes on behind numbers that have no event, up to the next one that has, where the policy allows it.
    private static func skipMissing(
        in replay: inout Replay<Event, State>, from: Int64, through last: Int64, on ground: EntityGround
    ) async throws {
        let next = try await ground.events.load(
            replay.definition.id, from: from, through: last, fields: [], into: Int64?.none
        ) { number, event in
            number = event.sequenceNumber
            return .stop
        }
        let (fault, cause, phase): (RecoveryPolicy.Fault, RecoveryError.Cause, RecoveryError.Phase) =
            if let next, next > from {
                (.gap, .gap(found: next), .events)
            } else {
                (.headMismatch, .headMismatch(head: last, events: from - 1), .head)
            }
        try replay.skip(
            to: next.map { max(from, $0 - 1) } ?? last, fault,
            RecoveryError(persistenceID: replay.definition.id, sequenceNumber: from, phase: phase, cause: cause))
    }

    /// Says what was left out, and sets apart what is to stay out.
    private static func publishNotices(of replay: inout Replay<Event, State>, on ground: EntityGround) async throws {
        let (conflicts, omissions) = replay.takeNotices()
        for conflict in conflicts { ground.warn(conflict) }
        for omission in omissions {
            let error = omission.error
            ground.warn(
                "\(error.persistenceID): recovery left out #\(error.sequenceNumber) (\(error.phase.rawValue)): "
                    + "\(error.cause)",
                ["persistenceID": "\(error.persistenceID)", "sequenceNumber": "\(error.sequenceNumber)"])
            guard omission.isForGood, let quarantine = ground.events as? any QuarantineStore else { continue }
            try await quarantine.quarantine(
                QuarantinedEvent(
                    persistenceID: error.persistenceID, sequenceNumber: error.sequenceNumber,
                    reason: "\(error.cause)", timestamp: ground.now(), writer: ground.writer))
        }
    }

    /// The numbers of the entity's events that were set apart.
    private static func quarantined(
        _ definition: EntityDefinition<Event, State>, on ground: EntityGround
    ) async throws -> Set<Int64> {
        guard let quarantine = ground.events as? any QuarantineStore else { return [] }
        let page = Int(Self.page)
        var numbers: Set<Int64> = []
        var last = Int64(0)
        while true {
            let events = try await quarantine.quarantined(of: definition.id, after: last, limit: page)
            for event in events { numbers.insert(event.sequenceNumber) }
            guard events.count == page, let highest = events.last?.sequenceNumber else { return numbers }
            last = highest
        }
    }

    /// The newest snapshot that can be decoded and does not contradict the history; the empty state where there is none.
    private static func newestUsableSnapshot(
        _ definition: EntityDefinition<Event, State>, on ground: EntityGround, head: Int64, lastWriter: WriterID?
    ) async throws -> Replay<Event, State> {
        let quarantined = try await quarantined(definition, on: ground)
        guard let snapshots = ground.snapshots, let codec = definition.snapshotCodec else {
            return Replay(of: definition, quarantined: quarantined)
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
                    return Replay(
                        of: definition, state: try codec.decode(snapshot), snapshot: snapshot.description,
                        quarantined: quarantined)
                } catch {
                    reason = "\(error)"
                    limit = number - 1
                }
            }
            ground.warn(
                "\(definition.id): the snapshot at #\(number) can't be used: \(reason)",
                ["persistenceID": "\(definition.id)", "sequenceNumber": "\(number)"])
        }
        return Replay(of: definition, quarantined: quarantined)
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

/// A recovery was left before its end, as its observer said.
struct RecoveryCancelled: Error {
    let progress: RecoveryProgress
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
