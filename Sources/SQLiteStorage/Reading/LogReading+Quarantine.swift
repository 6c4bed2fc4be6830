internal import Actors
internal import EventSourcing

extension LogReading {
    /// The events of a stream that are set apart, behind a number.
    func quarantined(of id: PersistenceID, after number: Int64, limit: Int) throws -> [QuarantinedEvent] {
        try quarantined(slots.quarantined, from: id.description, after: number, limit: limit)
    }

    /// All events that are set apart, behind one of them.
    func quarantined(after event: QuarantinedEvent?, limit: Int) throws -> [QuarantinedEvent] {
        try quarantined(
            slots.allQuarantined, from: event?.persistenceID.description ?? "", after: event?.sequenceNumber ?? .min,
            limit: limit)
    }

    private func quarantined(
        _ slot: StatementSlot, from name: String, after number: Int64, limit: Int
    ) throws -> [QuarantinedEvent] {
        try slot.use(on: connection) { statement in
            try statement.bind(name, at: 1)
            try statement.bind(number, at: 2)
            try statement.bind(Int64(max(0, limit)), at: 3)
            var found: [QuarantinedEvent] = []
            while try statement.step() {
                guard let id = try? PersistenceID(parsing: statement.text(at: 0) ?? "") else {
                    throw StoreError(.corrupt, detail: "a quarantined event has a stream name that no stream can have")
                }
                found.append(
                    QuarantinedEvent(
                        persistenceID: id, sequenceNumber: statement.integer(at: 1) ?? 0,
                        reason: statement.text(at: 2) ?? "",
                        timestamp: Timestamp(microseconds: statement.integer(at: 3) ?? 0),
                        writer: statement.ulid(at: 4).map { WriterID($0) } ?? Self.nobody))
            }
            return found
        }
    }
}
