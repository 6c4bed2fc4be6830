import Actors

extension MemoryState: CompanionFacts {
    func leaseRow(_ name: String) -> LeaseRow? { leases[Array(name.utf8)] }

    func lastClaim(of target: PersistenceID, in application: String) -> LastClaim? {
        subscriptions.lastClaim(of: target, in: application)
    }

    func timerRow(_ name: String, of id: PersistenceID) -> TimerRow? { reactions.timers.row(name, of: id) }

    func timerGeneration(_ name: String, of id: PersistenceID) -> Int64? { timerRow(name, of: id)?.generation }

    func position(of projection: Projection) -> Int64? { reactions.position(of: projection) }

    func position(ofCheckpoint name: String) -> Int64 { reactions.position(ofCheckpoint: name) }
}

extension ReactionRows {
    func position(of projection: Projection) -> Int64? { projections.position(of: projection) }

    func position(ofCheckpoint name: String) -> Int64 { checkpoints[Array(name.utf8)] ?? 0 }
}

extension ReactionRows {
    /// Writes companions that were found to be right.
    mutating func write(_ rows: CompanionRows, at place: CompanionPlace) {
        for change in rows.timers {
            switch change {
            case .arm(let timer): _ = timers.arm(timer, of: place.id, generation: timer.generation ?? place.number)
            case .cancel, .fire: _ = timers.change(change.name, of: place.id) { $0.disarm() }
            }
        }
        for (item, entry) in rows.outbox.enumerated() {
            let stored = OutboxEntry(
                number: 0, idempotencyKey: entry.key(at: place, item: item), persistenceID: place.id,
                sequenceNumber: place.number, destination: entry.destination, payload: entry.payload,
                created: place.time, due: nil)
            _ = outbox.add(stored, due: place.time)
        }
        for update in rows.projections {
            projections.apply(
                update.changes, to: update.projection, position: update.position ?? place.position, at: place.time)
        }
        if let checkpoint = rows.checkpoint { checkpoints[Array(checkpoint.name.utf8)] = checkpoint.position }
    }

    /// Has what was given up handled once more.
    mutating func replay(_ known: StoredDeadLetter, at now: Timestamp) -> Bool {
        guard let letter = deadLetters.open(known.number) else { return false }
        switch letter.source {
        case .other: return false
        case .timer(let name):
            guard let id = letter.persistenceID,
                timers.change(name, of: id, { $0.replay(letter, name: name, at: now) })
            else { return false }
            return deadLetters.close(letter.number)
        case .outbox(let key):
            guard let id = letter.persistenceID else { return false }
            let entry = OutboxEntry(
                number: 0, idempotencyKey: key, persistenceID: id, sequenceNumber: letter.sequenceNumber ?? 0,
                destination: letter.recipient, payload: letter.payload ?? [], created: now, due: nil)
            let isAdded = outbox.add(entry, due: now)
            _ = deadLetters.close(letter.number)
            return isAdded
        }
    }
}
