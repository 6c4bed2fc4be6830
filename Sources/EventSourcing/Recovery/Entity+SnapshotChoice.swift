import Actors

extension Entity {
    /// The newest snapshot that can be decoded and does not contradict the history; the empty state where there is none.
    static func newestUsableSnapshot(
        _ definition: EntityDefinition<Event, State>, on ground: EntityGround, from start: RecoveryStart,
        lastWriter: WriterID?
    ) async throws -> Replay<Event, State> {
        let numbers = start.apart.map(\.sequenceNumber)
        guard let codec = definition.snapshotCodec else { return Replay(of: definition, quarantined: numbers) }
        let last = start.head?.sequenceNumber ?? 0
        var limit = Int64.max
        var found = start.snapshot.map { ($0, start.snapshotOrigin) }
        while let (snapshot, origin) = found {
            let number = snapshot.description.sequenceNumber
            let reason: String
            if number < 1 || number > limit {
                reason = "it is not where the store was asked for one"
                limit = 0
            } else if number > last {
                reason = "the head is at #\(last)"
                // No snapshot between here and the head can be used either.
                limit = last
            } else if let lastWriter, snapshot.description.writer != lastWriter {
                reason = "it holds events of another writer than \(lastWriter), which the replay filter leaves out"
                limit = number - 1
            } else if let event = start.apart.first(where: { snapshot.description.isOlder(than: $0) }) {
                reason = "#\(event.sequenceNumber) was set apart after it was taken"
                limit = number - 1
            } else {
                do {
                    let state = try codec.decode(snapshot)
                    if snapshot.description.wasTakenBehind(origin) {
                        return Replay(
                            of: definition, state: state, snapshot: snapshot.description, quarantined: numbers)
                    }
                    reason = "event #\(number) is not the one that it was taken behind"
                } catch let error as StoreError {
                    throw error
                } catch {
                    reason = "\(error)"
                }
                limit = number - 1
            }
            ground.warn(
                "\(definition.id): the snapshot at #\(number) can't be used: \(reason)",
                ["persistenceID": "\(definition.id)", "sequenceNumber": "\(number)"])
            found = try await ground.snapshot(of: definition.id, atOrBelow: limit, head: start.head)
        }
        return Replay(of: definition, quarantined: numbers)
    }
}

extension EntityGround {
    /// What a recovery begins with; its newest snapshot is the newest that the store can read.
    func recoveryStart(of id: PersistenceID, withSnapshot: Bool) async throws -> RecoveryStart {
        var start = try await events.recoveryStart(of: id, snapshots: withSnapshot ? snapshots : nil)
        if start.hasUnreadableSnapshot,
            let (snapshot, origin) = try await snapshot(of: id, atOrBelow: .max, head: start.head)
        {
            (start.snapshot, start.snapshotOrigin) = (snapshot, origin)
        }
        return start
    }

    /// The newest snapshot at or below a number that the store can read, with a warning for those that it can't.
    func snapshot(
        of id: PersistenceID, atOrBelow number: Int64, head: StreamHead?
    ) async throws -> (StoredSnapshot, EventOrigin?)? {
        guard let snapshots else { return nil }
        var limit = number
        while limit > 0 {
            do {
                guard let snapshot = try await snapshots.latest(of: id, atOrBelow: limit) else { return nil }
                return (snapshot, try await events.origin(of: snapshot.description, below: head))
            } catch let error as StoreError where error.reason == .corrupt {
                // The list reads no states, so it names those that are left.
                let bound = limit
                let failed = try await snapshots.list(of: id).last { $0.sequenceNumber <= bound }?.sequenceNumber ?? 0
                warn(
                    "\(id): the snapshot at #\(failed) can't be used: \(error)",
                    ["persistenceID": "\(id)", "sequenceNumber": "\(failed)"])
                limit = failed - 1
            }
        }
        return nil
    }

    /// Sets an event apart, where the store can.
    func setApart(_ number: Int64, of id: PersistenceID, because reason: String, at time: Timestamp) async throws {
        guard let quarantine = events as? any QuarantineStore else { return }
        try await quarantine.quarantine(
            QuarantinedEvent(
                persistenceID: id, sequenceNumber: number, reason: StoredText.cut(reason), timestamp: time,
                writer: writer))
    }
}

extension SnapshotDescription {
    /// Whether the event at its number is still the one that it was taken behind.
    ///
    /// It is not where the log was set back and went on in another way. What can't be read any more can't contradict.
    func wasTakenBehind(_ origin: EventOrigin?) -> Bool {
        guard let origin else { return true }
        return origin == EventOrigin(writer: writer, epoch: epoch)
    }

    /// Whether neither the head nor what was set apart contradicts that it holds the events through its number.
    func fits(_ head: StreamHead?, _ apart: [QuarantinedEvent]) -> Bool {
        sequenceNumber >= 1 && sequenceNumber <= head?.sequenceNumber ?? 0 && !apart.contains(where: isOlder)
    }

    /// Whether it may hold an event that was set apart later.
    fileprivate func isOlder(than event: QuarantinedEvent) -> Bool {
        event.sequenceNumber <= sequenceNumber && event.timestamp > timestamp
    }
}
