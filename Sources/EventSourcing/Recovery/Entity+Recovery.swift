extension Entity {
    /// How many events are read from the store at a time.
    private static var page: Int64 { 10_000 }
    /// How often recovery begins anew when others delete events under it.
    private static var mostAttempts: Int { 5 }

    /// Reads an entity's state from its stores; writes nothing but what the policy sets apart.
    ///
    /// Throws `RecoveryError` for a history that can't be folded and where the observer cancels, `RecoveryAbandoned` where
    /// `isAbandoned` says so, and what the stores throw when they can't be read.
    static func recover(
        _ definition: EntityDefinition<Event, State>, on ground: EntityGround, observer: RecoveryObserver? = nil,
        isAbandoned: (@Sendable () -> Bool)? = nil
    ) async throws -> Entity {
        let watch = RecoveryWatch(observer: observer, isAbandoned: isAbandoned)
        var attempt = 1
        while true {
            let start = try await ground.recoveryStart(
                of: definition.id, withSnapshot: definition.snapshotCodec != nil)
            do {
                let entity = try await recover(definition, on: ground, from: start, watch)
                // What seems to be missing may have been deleted since the head was read, behind a new snapshot.
                if !entity.replay.isRepaired || attempt == mostAttempts { return entity }
                if try await !wasPruned(since: start.head, definition.id, ground) { return entity }
            } catch {
                let failure = error as? ReplayFailure
                let cause = failure?.cause ?? error
                var isFinal = attempt == mostAttempts || !(cause is RecoveryError)
                if !isFinal { isFinal = try await !wasPruned(since: start.head, definition.id, ground) }
                if isFinal {
                    if let failure { await publish(failure, of: definition.id, on: ground) }
                    throw cause
                }
            }
            attempt += 1
        }
    }

    /// Reads an entity's state as it was at a number, or as it is where it has not come to that.
    ///
    /// Throws as for the present, and `RecoveryError` where events up to the number were deleted and no snapshot stands for
    /// them.
    static func recover(
        _ definition: EntityDefinition<Event, State>, on ground: EntityGround, through number: Int64
    ) async throws -> Entity {
        let id = definition.id
        var head = try await ground.events.head(of: id)
        guard let last = head?.sequenceNumber, number < last else { return try await recover(definition, on: ground) }
        head?.sequenceNumber = number
        var start = RecoveryStart(
            head: head, apart: try await ground.events.eventsApart(of: id).filter { $0.sequenceNumber <= number })
        if definition.snapshotCodec != nil,
            let (snapshot, origin) = try await ground.snapshot(of: id, atOrBelow: number, head: head)
        {
            (start.snapshot, start.snapshotOrigin) = (snapshot, origin)
        }
        do {
            return try await recover(definition, on: ground, from: start, RecoveryWatch())
        } catch let failure as ReplayFailure {
            throw failure.cause
        }
    }

    private static func wasPruned(
        since head: StreamHead?, _ id: PersistenceID, _ ground: EntityGround
    ) async throws -> Bool {
        try await ground.events.head(of: id)?.deletedTo ?? 0 > head?.deletedTo ?? 0
    }

    private static func recover(
        _ definition: EntityDefinition<Event, State>, on ground: EntityGround, from start: RecoveryStart,
        _ watch: RecoveryWatch
    ) async throws -> Entity {
        let last = start.head?.sequenceNumber ?? 0
        let lastWriter = try await lastWriter(definition, on: ground, at: last)
        var replay = try await newestUsableSnapshot(definition, on: ground, from: start, lastWriter: lastWriter)
        if let head = start.head, replay.sequenceNumber < head.deletedTo {
            throw RecoveryError(
                persistenceID: definition.id, sequenceNumber: replay.sequenceNumber + 1, phase: .snapshot,
                cause: .pruned(deletedTo: head.deletedTo))
        }
        replay.beginFiltering(lastWriter: lastWriter)
        replay = try await replayed(replay, through: last, on: ground, watch)
        return Entity(
            ground: ground, epoch: start.head?.epoch ?? 0, lastSnapshot: replay.snapshotNumber, replay: replay)
    }

    /// Folds what others appended since, so that a command can be decided again; unchanged when it throws.
    func reload() async throws {
        if try await catchUp() { return }
        let fresh = try await Self.recover(definition, on: ground)
        (epoch, lastSnapshot, replay) = (fresh.epoch, fresh.lastSnapshot, fresh.replay)
    }

    /// Folds what others appended since; false where that does not do, and all must be read anew.
    private func catchUp() async throws -> Bool {
        // Where only the last writer's events count, another writer's new ones change which of the old ones do.
        guard definition.replayFilter.needsLastWriter == false,
            let head = try await ground.events.head(of: definition.id),
            (head.deletedTo...max(head.deletedTo, head.sequenceNumber)).contains(sequenceNumber)
        else { return false }
        do {
            let next = try await Self.replayed(replay, through: head.sequenceNumber, on: ground, RecoveryWatch())
            // What a lenient policy leaves out may have been deleted meanwhile, behind a new snapshot.
            if next.isRepaired, !replay.isRepaired { return false }
            replay = next
        } catch let failure as ReplayFailure {
            // Reading anew meets the same once more, and says it then.
            if failure.cause is RecoveryError { return false }
            throw failure.cause
        }
        epoch = head.epoch
        return true
    }

    // MARK: - Events

    private static func replayed(
        _ start: Replay<Event, State>, through last: Int64, on ground: EntityGround, _ watch: RecoveryWatch
    ) async throws -> Replay<Event, State> {
        var replay = start
        replay.end = last
        do {
            try watch.hear(replay.progress)
            while replay.sequenceNumber < last {
                let from = replay.sequenceNumber + 1
                // Also where a page is not filled: the next one then begins at the event that is missing.
                let through = last - from < page ? last : from + page - 1
                try await readPage(of: &replay, through: through, on: ground)
                if replay.sequenceNumber < from { try await skipMissing(in: &replay, from: from, on: ground) }
                try await publish(replay.takeNotices(), of: replay.definition.id, on: ground)
                try watch.hear(replay.progress)
            }
        } catch {
            throw ReplayFailure(cause: error, unsaid: replay.takeNotices())
        }
        return replay
    }

    /// Takes a page's events; where that fails, those before the one at which it did.
    private static func readPage(
        of replay: inout Replay<Event, State>, through: Int64, on ground: EntityGround
    ) async throws {
        let from = replay.sequenceNumber + 1
        replay.keepsStateBeforeFold = false
        while true {
            let place = ReplayInPlace(replay)
            do {
                replay = try await ground.events.load(
                    replay.definition.id, from: from, through: through, fields: [.payload, .checked], into: place
                ) { place, event in
                    try place.take(event)
                    return .next
                }.replay
                return
            } catch is FoldFailedInPlace where !replay.keepsStateBeforeFold {
                replay.keepsStateBeforeFold = true
            } catch let error as StoreError where error.reason == .corrupt {
                guard let number = error.sequenceNumber, from <= number, number <= through else {
                    replay = place.replay
                    throw error
                }
                // The rows before the one that can't be read can be.
                if number > from { try await readPage(of: &replay, through: number - 1, on: ground) }
                if replay.sequenceNumber < number - 1 {
                    let missing = replay.sequenceNumber + 1
                    try replay.skip(
                        to: number - 1, .gap, replay.failure(.events, .gap(found: number), at: missing))
                }
                try replay.takeDamaged(.error(error))
                return
            } catch {
                replay = place.replay
                throw error
            }
        }
    }

    /// Goes on behind numbers that have no event, up to the next one that has, where the policy allows it.
    private static func skipMissing(
        in replay: inout Replay<Event, State>, from: Int64, on ground: EntityGround
    ) async throws {
        let last = replay.end
        let next = try await ground.events.load(
            replay.definition.id, from: from, through: last, fields: [], into: Int64?.none
        ) { number, event in
            number = event.sequenceNumber
            return .stop
        }
        if let next, next > from, next <= last {
            try replay.skip(to: next - 1, .gap, replay.failure(.events, .gap(found: next), at: from))
        } else {
            try replay.skip(
                to: last, .headMismatch,
                replay.failure(.head, .headMismatch(head: last, events: from - 1), at: from))
        }
    }

    /// Says what was left out before a failure; that what is to stay out can't be set apart then does not hide the failure.
    private static func publish(_ failure: ReplayFailure, of id: PersistenceID, on ground: EntityGround) async {
        do {
            try await publish(failure.unsaid, of: id, on: ground)
        } catch {
            ground.warn(
                "\(id): what recovery left out could not be set apart: \(error)", ["persistenceID": "\(id)"])
        }
    }

    /// Says what was left out, and sets apart what is to stay out.
    private static func publish(
        _ notices: RecoveryNotices, of id: PersistenceID, on ground: EntityGround
    ) async throws {
        for conflict in notices.conflicts { ground.warn(conflict) }
        if let first = notices.quarantined.first {
            let more = notices.quarantined.count - 1
            ground.warn(
                "\(id): recovery left out #\(first)\(more > 0 ? " and \(more) more" : ""), set apart in quarantine; "
                    + "no strategy takes a snapshot of this state",
                ["persistenceID": "\(id)", "sequenceNumber": "\(first)"])
        }
        for omission in notices.omissions {
            let (number, cause) = (omission.error.sequenceNumber, omission.error.cause.withoutPayload)
            ground.warn(
                "\(id): recovery left out #\(number) (\(omission.error.phase.rawValue)): \(cause)",
                ["persistenceID": "\(id)", "sequenceNumber": "\(number)"])
            if omission.isForGood { try await ground.setApart(number, of: id, because: cause, at: ground.now()) }
        }
    }

    // MARK: - Before the events

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
    var needsLastWriter: Bool { mode == .repairByDiscardOld && comparison == .anySecondWriter }
}

/// A replay that is folded where it stands: the methods of an object know its types, those of a struct look them up.
// Safe to send: it goes from the task that asks for a page to the thread that reads it, and back.
private final class ReplayInPlace<Event: Sendable, State: Sendable>: @unchecked Sendable {
    private(set) var replay: Replay<Event, State>

    init(_ replay: Replay<Event, State>) { self.replay = replay }

    func take(_ event: borrowing StoredEvent) throws { try replay.take(event) }
}

/// A replay did not come to its end, and has not said yet what it left out by then.
private struct ReplayFailure: Error {
    let cause: any Error
    let unsaid: RecoveryNotices
}

/// A recovery was left before its end, because the entity is to stop.
struct RecoveryAbandoned: Error {
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
