public import Actors

extension InMemoryStore: QuarantineStore {
    @discardableResult
    public func quarantine(_ event: QuarantinedEvent) async throws -> Bool {
        try event.requireStorable()
        return write { contents in
            let isNew = contents.quarantine.add(event)
            if isNew {
                contents.notice(event.writer)
                contents.changes += 1
            }
            return isNew
        }
    }

    public func quarantined(of id: PersistenceID, after number: Int64, limit: Int) async throws -> [QuarantinedEvent] {
        read { $0.quarantine.events(of: id, after: number, limit: limit) }
    }

    public func quarantined(after event: QuarantinedEvent?, limit: Int) async throws -> [QuarantinedEvent] {
        read { $0.quarantine.events(after: event, limit: limit) }
    }

    @discardableResult
    public func release(_ id: PersistenceID, sequenceNumber: Int64, at time: Timestamp) async throws -> Bool {
        write { contents in
            let wasApart = contents.quarantine.remove(id, sequenceNumber)
            if wasApart { contents.changes += 1 }
            return wasApart
        }
    }
}
