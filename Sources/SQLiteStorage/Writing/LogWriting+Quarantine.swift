internal import Actors
internal import EventSourcing

extension LogWriting {
    /// Sets an event apart, and answers whether it was not apart before; throws `StoreError.invalid` for a reason that is
    /// too long.
    func quarantine(_ event: QuarantinedEvent) throws -> Bool {
        try event.requireStorable()
        _ = try key(of: event.writer)
        return try slots.quarantine.use(on: connection) { statement in
            try statement.bind(event.persistenceID.description, at: 1)
            try statement.bind(event.sequenceNumber, at: 2)
            try statement.bind(event.reason, at: 3)
            try statement.bind(event.timestamp.microseconds, at: 4)
            try statement.bind(event.writer.ulid, at: 5)
            try statement.run()
            return connection.changedRows > 0
        }
    }

    /// Lets recovery take an event again; its row stays, with the time at which it was let go.
    func release(_ id: PersistenceID, sequenceNumber: Int64, at time: Timestamp) throws -> Bool {
        try slots.release.use(on: connection) { statement in
            try statement.bind(id.description, at: 1)
            try statement.bind(sequenceNumber, at: 2)
            try statement.bind(time.microseconds, at: 3)
            try statement.run()
            return connection.changedRows > 0
        }
    }
}
