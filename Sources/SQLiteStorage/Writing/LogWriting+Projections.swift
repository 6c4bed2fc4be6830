internal import Actors
internal import EventSourcing

extension LogWriting {
    /// Changes a projection that is where the update expects it, or throws before anything is written.
    func apply(_ update: ProjectionUpdate, position: Int64, at now: Timestamp) throws {
        try update.require(position: position, known: try reading.position(of: update.projection))
        try apply(update.changes, to: update.projection, position: position, at: now)
    }

    /// Makes changes that were found to be right.
    func apply(_ changes: [ProjectionChange], to projection: Projection, position: Int64, at now: Timestamp) throws {
        let key = try move(projection, to: position, at: now)
        for change in changes {
            switch change {
            case .put(let row, let value):
                try reading.projectionSlots.putRow.use(on: connection) { statement in
                    try statement.bind(key, at: 1)
                    try statement.bind(row, at: 2)
                    try statement.bind(value, at: 3)
                    try statement.run()
                }
            case .delete(let row):
                try reading.projectionSlots.deleteRow.use(on: connection) { statement in
                    try statement.bind(key, at: 1)
                    try statement.bind(row, at: 2)
                    try statement.run()
                }
            }
        }
    }

    /// Moves a projection on, and answers its key, a new one for a new projection.
    private func move(_ projection: Projection, to position: Int64, at now: Timestamp) throws -> Int64 {
        if let known = try reading.projectionRow(projection) {
            try reading.projectionSlots.update.use(on: connection) { statement in
                try statement.bind(known.key, at: 1)
                try statement.bind(position, at: 2)
                try statement.bind(now.microseconds, at: 3)
                try statement.run()
            }
            return known.key
        }
        return try reading.projectionSlots.insert.use(on: connection) { statement in
            try statement.bind(projection.name, at: 1)
            try statement.bind(Int64(projection.version), at: 2)
            try statement.bind(position, at: 3)
            try statement.bind(now.microseconds, at: 4)
            return try statement.insertedKey()
        }
    }

    func swap(to projection: Projection, at now: Timestamp) throws -> Bool {
        guard let known = try reading.projectionRow(projection)?.known, !known.isLive else { return false }
        try reading.projectionSlots.swap.use(on: connection) { statement in
            try statement.bind(projection.name, at: 1)
            try statement.bind(Int64(projection.version), at: 2)
            try statement.bind(now.microseconds, at: 3)
            try statement.run()
        }
        return true
    }

    func drop(_ projection: Projection) throws -> Bool {
        guard let known = try reading.projectionRow(projection) else { return false }
        for slot in [reading.projectionSlots.dropRows, reading.projectionSlots.drop] {
            try slot.use(on: connection) { statement in
                try statement.bind(known.key, at: 1)
                try statement.run()
            }
        }
        return true
    }

    // MARK: - Checkpoints

    /// Moves a checkpoint on that is where it is expected, or throws before anything is written.
    func advance(_ checkpoint: Checkpoint, at now: Timestamp) throws {
        try checkpoint.require(actual: try reading.position(ofCheckpoint: checkpoint.name))
        try put(checkpoint, at: now)
    }

    func put(_ checkpoint: Checkpoint, at now: Timestamp) throws {
        try reading.projectionSlots.putCheckpoint.use(on: connection) { statement in
            try statement.bind(LogReading.row(ofCheckpoint: checkpoint.name), at: 1)
            try statement.bind(checkpoint.position, at: 2)
            try statement.bind(now.microseconds, at: 3)
            try statement.run()
        }
    }
}

extension ProjectionUpdate {
    /// Throws `StoreError.invalid` for values that are too large to be read again.
    func requireValues() throws {
        for case .put(_, let value) in changes { try EncodedEvent.requirePayload(value.utf8.count) }
    }
}
