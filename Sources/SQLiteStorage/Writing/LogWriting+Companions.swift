internal import Actors
internal import EventSourcing

extension LogWriting {
    /// Where companions are to be written, nil where nothing is but the command; throws where they can't be, or where what
    /// they are written under is lost.
    func place(
        _ rows: CompanionRows?, of id: PersistenceID, number: Int64, position: Int64,
        with write: CompanionPlace.Write, at time: Timestamp?
    ) throws -> CompanionPlace? {
        guard let rows else { return nil }
        try rows.requireFences(by: reading)
        guard rows.isWritten else { return nil }
        let place = try CompanionPlace(
            id, number: number, position: position, with: write, time: time, of: rows)
        try rows.require(at: place, by: reading)
        return place
    }

    /// Writes companions at the place that was found for them.
    func write(_ rows: CompanionRows?, at place: CompanionPlace?) throws {
        guard let rows, let place else { return }
        for change in rows.timers {
            switch change {
            case .arm(let timer):
                // That its generation is a new one was found out with the place.
                try arm(timer, of: place.id, generation: timer.generation ?? place.number, over: nil)
            case .cancel, .fire: try disarm(change.name, of: place.id)
            }
        }
        for (item, entry) in rows.outbox.enumerated() {
            let stored = OutboxEntry(
                number: 0, idempotencyKey: entry.key(at: place, item: item), persistenceID: place.id,
                sequenceNumber: place.number, destination: entry.destination, payload: entry.payload,
                created: place.time, due: nil)
            _ = try add(stored, item: item, due: place.time)
        }
        for update in rows.projections {
            try apply(
                update.changes, to: update.projection, position: update.position ?? place.position, at: place.time)
        }
        if let checkpoint = rows.checkpoint { try put(checkpoint, at: place.time) }
    }
}

extension LogReading: CompanionFacts {
    func position(of projection: Projection) throws -> Int64? {
        try projectionRow(projection)?.known.position
    }
}

extension Companions {
    /// Throws `StoreError.invalid` for what is too large to be read again.
    func requirePayloads(of id: PersistenceID) throws {
        try EncodedEvent.requirePayload(command?.reply?.count ?? 0, of: id)
        try rows?.requirePayloads(of: id)
    }
}

extension CompanionRows {
    fileprivate func requirePayloads(of id: PersistenceID) throws {
        for case .arm(let timer) in timers { try EncodedEvent.requirePayload(timer.payload?.count ?? 0, of: id) }
        for entry in outbox { try EncodedEvent.requirePayload(entry.payload.count, of: id) }
        for update in projections { try update.requireValues() }
    }
}
