import EventSourcing

/// The rows of a projection while events are folded into them: what was read or changed is kept, and written once a window.
public struct ProjectionRows<Row: Codable & Sendable> {
    @usableFromInline let kept: FoldedRows<Row>

    @inlinable
    init(_ kept: KeptRows) {
        // Sound: a projection makes rows of its own type only.
        self.kept = unsafeDowncast(kept, to: FoldedRows<Row>.self)
    }

    /// The row of a key; nil where there is none.
    ///
    /// Throws where the row has to be read from the store first: let it pass, and the fold is called again with it. Throws
    /// `StoreError.invalid` for a key that is empty or longer than `Projection.longestName` bytes.
    @inlinable
    public mutating func get(_ key: String) throws -> Row? { try kept.row(at: kept.place(of: key)) }

    /// Puts a row at a key, in place of what was there; throws `StoreError.invalid` for a key that no row can have.
    @inlinable
    public mutating func put(_ row: Row, at key: String) throws { kept.set(row, at: try kept.place(of: key)) }

    /// Takes the row of a key away, where there is one; throws `StoreError.invalid` for a key that no row can have.
    @inlinable
    public mutating func delete(_ key: String) throws { kept.set(nil, at: try kept.place(of: key)) }

    /// Changes the row of a key, from an initial one where there is none; throws what `get` and the change throw.
    @inlinable
    public mutating func change(
        _ key: String, from initial: @autoclosure () throws -> Row, _ change: (inout Row) throws -> Void
    ) throws {
        let place = try kept.place(of: key)
        var row = try kept.row(at: place) ?? initial()
        try change(&row)
        kept.set(row, at: place)
    }
}
