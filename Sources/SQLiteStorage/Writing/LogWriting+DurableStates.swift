internal import Actors
internal import EventSourcing

extension LogWriting {
    /// Writes the revision of a durable state after `revision`.
    func put(
        _ new: NewDurableState, of id: PersistenceID, expecting revision: Int64, by writer: WriterID,
        with companions: Companions
    ) throws -> DurableStateDescription {
        try requireNew(companions.command)
        let stored = try StoredDurableState(
            new, of: id, expecting: revision, by: writer, over: try reading.durableStateRow(of: id)?.description)
        let known = stored.description
        let place = try place(
            companions.rows, of: id, number: known.revision, position: nextPosition - 1, with: .state,
            at: known.timestamp)
        _ = try key(of: writer)
        try slots.putDurableState.use(on: connection) { statement in
            try statement.bind(id.description, at: 1)
            try statement.bind(known.revision, at: 2)
            try statement.bind(known.stateType, at: 3)
            try statement.bind(Int64(known.schemaVersion), at: 4)
            try statement.bind(known.writer.ulid, at: 5)
            try statement.bind(known.epoch, at: 6)
            try statement.bind(known.timestamp.microseconds, at: 7)
            try stored.state.withUnsafeBytes { state in
                try statement.bind(EventChecksum.of(known, state: state).stored, at: 8)
                try statement.bindBorrowed(state, at: 9)
                try statement.run()
            }
        }
        try insert(companions.command, of: id, revision: known.revision, time: known.timestamp)
        try write(companions.rows, at: place)
        return known
    }

    /// Deletes a durable state and keeps its row, and answers whether there was one.
    func deleteDurableState(
        of id: PersistenceID, expecting revision: Int64, at time: Timestamp, with companions: Companions
    ) throws -> Bool {
        try requireNew(companions.command)
        let row = try reading.durableStateRow(of: id)
        try DurableStateDescription.require(revision, of: id, in: row?.description)
        guard let row, !row.isDeleted else { return false }
        let place = try place(
            companions.rows, of: id, number: revision, position: nextPosition - 1, with: .none, at: time)
        try slots.deleteDurableState.use(on: connection) { statement in
            try statement.bind(id.description, at: 1)
            try statement.bind(EventChecksum.of(row.description, state: nil).stored, at: 2)
            try statement.run()
        }
        try insert(companions.command, of: id, revision: revision, time: time)
        try write(companions.rows, at: place)
        return true
    }

    /// Keeps the id of a command that wrote a state; in the place of a stream's key stands the state's own, negated.
    private func insert(
        _ command: CommandRecord?, of id: PersistenceID, revision: Int64, time: Timestamp
    ) throws {
        guard let command else { return }
        let key = try slots.durableStateKey.use(on: connection) { statement -> Int64? in
            try statement.bind(id.description, at: 1)
            return try statement.step() ? statement.integer(at: 0) : nil
        }
        guard let key else { throw StoreError(.corrupt, stream: id, detail: "its durable state has no key") }
        try insert(command, stream: -key, number: revision, time: time)
    }
}
