import Actors

extension InMemoryStore: ProjectionStore, CheckpointStore {}
extension SandboxStore: ProjectionStore, CheckpointStore {}

extension ReactionMemory {
    public func apply(
        _ changes: [ProjectionChange], to projection: Projection, position: Int64, expecting: Int64, at now: Timestamp
    ) async throws {
        let update = ProjectionUpdate(changes, to: projection, position: position, expecting: expecting)
        _ = try changeReactions { rows in
            try update.require(position: position, known: rows.projections.position(of: projection))
            rows.projections.apply(changes, to: projection, position: position, at: now)
            return true
        }
    }

    public func get(_ key: String, of name: String, version: Int?) async throws -> String? {
        for text in [name, key] { try Projection.require(text) }
        return askReactions { $0.projections.get(key, of: name, version: version) }
    }

    public func list(
        of name: String, version: Int?, after key: String?, prefix: String, limit: Int
    ) async throws -> [ProjectionRow] {
        try Projection.require(name)
        return askReactions {
            $0.projections.list(of: name, version: version, after: key, prefix: prefix, limit: limit)
        }
    }

    public func versions(of name: String) async throws -> [ProjectionDescription] {
        try Projection.require(name)
        return askReactions { $0.projections.versions(of: name) }
    }

    @discardableResult
    public func swap(to projection: Projection, at now: Timestamp) async throws -> Bool {
        try Projection.require(projection.name)
        return try changeReactions { $0.projections.swap(to: projection, at: now) }
    }

    @discardableResult
    public func drop(_ projection: Projection) async throws -> Bool {
        try Projection.require(projection.name)
        return try changeReactions { $0.projections.drop(projection) }
    }
}

// MARK: - Checkpoints

extension ReactionMemory {
    public func advance(_ checkpoint: Checkpoint, at now: Timestamp) async throws {
        _ = try changeReactions { rows in
            try checkpoint.require(actual: rows.position(ofCheckpoint: checkpoint.name))
            rows.checkpoints[Array(checkpoint.name.utf8)] = checkpoint.position
            return true
        }
    }

    public func checkpoint(_ name: String) async throws -> Int64 {
        try Checkpoint.require(name)
        return askReactions { $0.position(ofCheckpoint: name) }
    }
}
