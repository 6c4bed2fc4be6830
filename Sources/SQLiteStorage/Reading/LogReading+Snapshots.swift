internal import Actors
internal import CSQLite
internal import EventSourcing

extension LogReading {
    func snapshots(of id: PersistenceID) throws -> [SnapshotDescription] {
        try slots.snapshots.use(on: connection) { statement in
            try statement.bind(id.description, at: 1)
            var descriptions: [SnapshotDescription] = []
            while try statement.step() { descriptions.append(description(of: id, in: statement)) }
            return descriptions
        }
    }

    func snapshot(of id: PersistenceID, atOrBelow: Int64) throws -> StoredSnapshot? {
        try slots.snapshot.use(on: connection) { statement in
            try statement.bind(id.description, at: 1)
            try statement.bind(atOrBelow, at: 2)
            guard try statement.step() else { return nil }
            let known = description(of: id, in: statement)
            var snapshot = StoredSnapshot(
                persistenceID: id, sequenceNumber: known.sequenceNumber, stateType: known.stateType,
                schemaVersion: known.schemaVersion, writer: known.writer, epoch: known.epoch,
                timestamp: known.timestamp, state: statement.bytes(at: 7).map { Array($0) } ?? [])
            snapshot.isIntact = EventChecksum.of(snapshot).fits(statement.integer(at: 8))
            return snapshot
        }
    }

    private func description(of id: PersistenceID, in row: borrowing Statement) -> SnapshotDescription {
        SnapshotDescription(
            persistenceID: id, sequenceNumber: row.integer(at: 0) ?? 0, stateType: row.text(at: 1) ?? "",
            schemaVersion: Int(row.integer(at: 2) ?? 0), writer: row.ulid(at: 3).map { WriterID($0) } ?? Self.nobody,
            epoch: row.integer(at: 4) ?? 0, timestamp: Timestamp(microseconds: row.integer(at: 5) ?? 0),
            size: Int(row.integer(at: 6) ?? 0))
    }
}

extension LogReading {
    /// A command that was handled, with its reply.
    func command(_ id: ULID) throws -> CommandRecord? {
        try slots.command.use(on: connection) { statement in
            try statement.bind(id, at: 1)
            guard try statement.step() else { return nil }
            return CommandRecord(id: id, reply: statement.bytes(at: 0).map { Array($0) })
        }
    }

    /// A command that was handled, and where.
    func handledCommand(_ id: ULID) throws -> HandledCommand? {
        try slots.handledCommand.use(on: connection) { statement in
            try statement.bind(id, at: 1)
            guard try statement.step() else { return nil }
            // Others are the keys of durable states, or of nothing.
            let key = statement.integer(at: 2).flatMap { $0 > 0 ? $0 : nil }
            return HandledCommand(
                CommandRecord(id: id, reply: statement.bytes(at: 0).map { Array($0) }),
                time: Timestamp(microseconds: statement.integer(at: 1) ?? 0),
                stream: try key.map { try streamName($0).id },
                sequenceNumber: statement.integer(at: 3) ?? 0)
        }
    }
}
