internal import Actors
internal import CSQLite
internal import EventSourcing

extension LogReading {
    /// The row of a durable state, which stays when the state is deleted.
    struct DurableStateRow {
        var description: DurableStateDescription
        var isDeleted: Bool
    }

    /// What is known of a durable state, also of a deleted one.
    func durableStateRow(of id: PersistenceID) throws -> DurableStateRow? {
        try slots.durableStateRow.use(on: connection) { statement in
            try statement.bind(id.description, at: 1)
            guard try statement.step() else { return nil }
            let known = try description(of: id, in: statement)
            let isDeleted = statement.type(at: 6) == SQLITE_NULL
            // Of a deleted state the row is all there is, and the next revision goes on from it.
            if isDeleted, !EventChecksum.of(known, state: nil).fits(statement.integer(at: 7)) {
                throw StoreError(.corrupt, stream: id, detail: "the row of its deleted state does not fit its checksum")
            }
            return DurableStateRow(description: known, isDeleted: isDeleted)
        }
    }

    func durableState(of id: PersistenceID) throws -> StoredDurableState? {
        try slots.durableState.use(on: connection) { statement in
            try statement.bind(id.description, at: 1)
            guard try statement.step(), let bytes = statement.bytes(at: 7) else { return nil }
            let known = try description(of: id, in: statement)
            let isIntact = EventChecksum.of(known, state: bytes).fits(statement.integer(at: 8))
            return StoredDurableState(
                persistenceID: id, revision: known.revision, stateType: known.stateType,
                schemaVersion: known.schemaVersion, writer: known.writer, epoch: known.epoch,
                timestamp: known.timestamp, state: Array(bytes), isIntact: isIntact)
        }
    }

    func durableStates(after: PersistenceID?, prefix: String, limit: Int) throws -> [DurableStateDescription] {
        guard limit > 0 else { return [] }
        let behind = after?.description
        // One lower bound is one range of the index; the name that the list begins behind is passed over here.
        let start = behind.map { $0.utf8.lexicographicallyPrecedes(prefix.utf8) ? prefix : $0 } ?? prefix
        return try slots.durableStates.use(on: connection) { statement in
            try statement.bind(start, at: 1)
            var found: [DurableStateDescription] = []
            while found.count < limit, try statement.step() {
                let name = statement.text(at: 7) ?? ""
                guard name.utf8.starts(with: prefix.utf8) else { break }
                if let behind, name.utf8.elementsEqual(behind.utf8) { continue }
                guard let id = try? PersistenceID(parsing: name) else {
                    throw StoreError(.corrupt, detail: "a durable state has a name that no entity can have")
                }
                found.append(try description(of: id, in: statement))
            }
            return found
        }
    }

    private func description(of id: PersistenceID, in row: borrowing Statement) throws -> DurableStateDescription {
        guard let revision = row.integer(at: 0), revision > 0 else {
            throw StoreError(.corrupt, stream: id, detail: "the revision of its durable state is not above 0")
        }
        return DurableStateDescription(
            persistenceID: id, revision: revision, stateType: row.text(at: 1) ?? "",
            schemaVersion: Int(row.integer(at: 2) ?? 0), writer: row.ulid(at: 3).map { WriterID($0) } ?? Self.nobody,
            epoch: row.integer(at: 4) ?? 0, timestamp: Timestamp(microseconds: row.integer(at: 5) ?? 0),
            size: Int(row.integer(at: 6) ?? 0))
    }
}
