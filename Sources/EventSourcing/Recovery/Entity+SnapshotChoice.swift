import Actors

extension Entity {
    /// The newest snapshot that can be decoded and does not contradict the history; the empty state where there is none.
    static func newestUsableSnapshot(
        _ definition: EntityDefinition<Event, State>, on ground: EntityGround, head: StreamHead?, lastWriter: WriterID?
    ) async throws -> Replay<Event, State> {
        let apart = try await ground.eventsApart(of: definition.id)
        let numbers = apart.map(\.sequenceNumber)
        guard let snapshots = ground.snapshots, let codec = definition.snapshotCodec else {
            return Replay(of: definition, quarantined: numbers)
        }
        var limit = Int64.max
        while limit > 0,
            let snapshot = try await ground.readable(of: definition.id, atOrBelow: limit, in: snapshots)
        {
            let number = snapshot.description.sequenceNumber
            let last = head?.sequenceNumber ?? 0
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
            } else if let event = apart.first(where: { snapshot.description.isOlder(than: $0) }) {
                reason = "#\(event.sequenceNumber) was set apart after it was taken"
                limit = number - 1
            } else {
                do {
                    let state = try codec.decode(snapshot)
                    if try await ground.isOfThisHistory(snapshot.description, head: head) {
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
        }
        return Replay(of: definition, quarantined: numbers)
    }
}

extension EntityGround {
    /// Whether the event at a snapshot's number is still the one that the snapshot was taken behind.
    ///
    /// It is not where the log was set back and went on in another way. What can't be read any more can't contradict.
    func isOfThisHistory(_ snapshot: SnapshotDescription, head: StreamHead?) async throws -> Bool {
        let number = snapshot.sequenceNumber
        guard number > head?.deletedTo ?? 0 else { return true }
        do {
            let origin = try await events.load(
                snapshot.persistenceID, from: number, through: number, fields: .checked, into: EventOrigin?.none
            ) { origin, event in
                if event.isIntact { origin = EventOrigin(writer: event.writer, epoch: event.epoch) }
                return .stop
            }
            return origin.map { $0 == EventOrigin(writer: snapshot.writer, epoch: snapshot.epoch) } ?? true
        } catch let error as StoreError where error.reason == .corrupt {
            return true
        }
    }

    /// The newest snapshot at or below a number that the store can read, with a warning for those that it can't.
    fileprivate func readable(
        of id: PersistenceID, atOrBelow number: Int64, in snapshots: any SnapshotStore
    ) async throws -> StoredSnapshot? {
        var limit = number
        while limit > 0 {
            do {
                return try await snapshots.latest(of: id, atOrBelow: limit)
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
}

extension SnapshotDescription {
    /// Whether it may hold an event that was set apart later.
    fileprivate func isOlder(than event: QuarantinedEvent) -> Bool {
        event.sequenceNumber <= sequenceNumber && event.timestamp > timestamp
    }
}

// MARK: - Quarantine

extension EntityGround {
    /// The entity's events that were set apart, by rising number.
    func eventsApart(of id: PersistenceID) async throws -> [QuarantinedEvent] {
        guard let quarantine = events as? any QuarantineStore else { return [] }
        let page = 10_000
        var found: [QuarantinedEvent] = []
        while true {
            let read = try await quarantine.quarantined(of: id, after: found.last?.sequenceNumber ?? 0, limit: page)
            found += read
            if read.count < page { return found }
        }
    }

    /// Sets an event apart, where the store can.
    func setApart(_ number: Int64, of id: PersistenceID, because reason: String, at time: Timestamp) async throws {
        guard let quarantine = events as? any QuarantineStore else { return }
        try await quarantine.quarantine(
            QuarantinedEvent(
                persistenceID: id, sequenceNumber: number, reason: reason, timestamp: time, writer: writer))
    }
}
