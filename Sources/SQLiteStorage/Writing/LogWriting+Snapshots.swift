internal import Actors
internal import EventSourcing

extension LogWriting {
    /// Saves a snapshot; one of the same number is replaced.
    func save(_ snapshot: StoredSnapshot) throws {
        let known = snapshot.description
        _ = try key(of: known.writer)
        try slots.deleteSnapshot.use(on: connection) { statement in
            try statement.bind(known.persistenceID.description, at: 1)
            try statement.bind(known.sequenceNumber, at: 2)
            try statement.run()
        }
        try slots.insertSnapshot.use(on: connection) { statement in
            try statement.bind(known.persistenceID.description, at: 1)
            try statement.bind(known.sequenceNumber, at: 2)
            try statement.bind(known.stateType, at: 3)
            try statement.bind(Int64(known.schemaVersion), at: 4)
            try statement.bind(known.writer.ulid, at: 5)
            try statement.bind(known.epoch, at: 6)
            try statement.bind(known.timestamp.microseconds, at: 7)
            try statement.bind(EventChecksum.of(snapshot).stored, at: 8)
            try snapshot.state.withUnsafeBytes { state in
                try statement.bindBorrowed(state, at: 9)
                try statement.run()
            }
        }
    }

    /// Deletes a stream's snapshots up to a number, and answers whether there were any.
    func deleteSnapshots(of id: PersistenceID, upTo: Int64) throws -> Bool {
        try slots.deleteSnapshots.use(on: connection) { statement in
            try statement.bind(id.description, at: 1)
            try statement.bind(upTo, at: 2)
            try statement.run()
            return connection.changedRows > 0
        }
    }
}
