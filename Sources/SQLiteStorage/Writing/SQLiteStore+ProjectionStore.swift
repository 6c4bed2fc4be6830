public import Actors
public import EventSourcing

extension SQLiteStore: ProjectionStore {
    public func apply(
        _ changes: [ProjectionChange], to projection: Projection, position: Int64, expecting: Int64, at now: Timestamp
    ) async throws {
        let update = ProjectionUpdate(changes, to: projection, position: position, expecting: expecting)
        try update.requireValues()
        try await lane.perform { try $0.apply(update, position: position, at: now) }
    }

    public func get(_ key: String, of name: String, version: Int?) async throws -> String? {
        for text in [name, key] { try Projection.require(text) }
        return try await read(isShort: true) { try $0.projectionValue(key, of: name, version: version) }
    }

    public func list(
        of name: String, version: Int?, after key: String?, prefix: String, limit: Int
    ) async throws -> [ProjectionRow] {
        try Projection.require(name)
        return try await read {
            try $0.projectionRows(of: name, version: version, after: key, prefix: prefix, limit: limit)
        }
    }

    public func versions(of name: String) async throws -> [ProjectionDescription] {
        try Projection.require(name)
        return try await read(isShort: true) { try $0.versions(of: name) }
    }

    @discardableResult
    public func swap(to projection: Projection, at now: Timestamp) async throws -> Bool {
        try Projection.require(projection.name)
        return try await lane.perform { try $0.swap(to: projection, at: now) }
    }

    @discardableResult
    public func drop(_ projection: Projection) async throws -> Bool {
        try Projection.require(projection.name)
        return try await lane.perform(isAlone: true) { try $0.drop(projection) }
    }
}

extension SQLiteStore: CheckpointStore {
    public func advance(_ checkpoint: Checkpoint, at now: Timestamp) async throws {
        try await lane.perform { try $0.advance(checkpoint, at: now) }
    }

    public func checkpoint(_ name: String) async throws -> Int64 {
        try Checkpoint.require(name)
        return try await read(isShort: true) { try $0.position(ofCheckpoint: name) }
    }
}
