public import EventSourcing

/// The rows of a projection, of whichever version is read at the moment.
public struct ProjectionView<Row: Codable & Sendable>: Sendable {
    let table: ProjectionTable
    let store: any ProjectionStore

    /// A row with what it is found by.
    public struct Entry: Sendable {
        /// What it is found by.
        public var key: String
        /// The row.
        public var row: Row
    }

    /// The row of a key; nil where there is none.
    ///
    /// Throws `ProjectionError.row` for one that is of another type, and `StoreError`.
    public func get(_ key: String) async throws -> Row? {
        guard let text = try await store.get(key, of: table.projection.name, version: nil) else { return nil }
        return try row(text, at: key)
    }

    /// At most `limit` rows whose keys begin with `prefix` and stand behind `after`, by the bytes of their keys.
    ///
    /// Throws as for one row.
    public func list(
        prefix: String = "", after key: String? = nil, limit: Int = 100
    ) async throws -> [Entry] {
        let rows = try await store.list(
            of: table.projection.name, version: nil, after: key, prefix: prefix, limit: limit)
        return try rows.map { Entry(key: $0.key, row: try row($0.value, at: $0.key)) }
    }

    private func row(_ text: String, at key: String) throws -> Row {
        guard let row = try table.row(text, at: key, of: table.projection) as? Row else {
            throw ProjectionError.otherRow(table.projection.name, asked: String(describing: Row.self))
        }
        return row
    }
}

/// How far a projection is behind the log.
public struct ProjectionLag: Hashable, Sendable {
    /// The version that is declared.
    public var projection: Projection
    /// The position of the last event that is in its rows; 0 before the first.
    public var position: Int64
    /// The position of the last event of the log; 0 before the first.
    public var last: Int64
    /// For how long the first event that is not in its rows has waited; zero where there is none.
    public var time: Duration

    /// How many positions it is behind.
    public var positions: Int64 { max(0, last - position) }
}
