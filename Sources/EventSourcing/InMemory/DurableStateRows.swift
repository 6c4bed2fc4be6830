/// The durable states of a store in memory, as encoded bytes.
///
/// The dictionary is only looked up in, never walked, so the same calls give the same answers in every process.
struct DurableStateRows: Sendable {
    fileprivate struct Row: Sendable {
        var description: DurableStateDescription
        /// Nil where the state was deleted.
        var state: [UInt8]?
    }

    private var rows: [Row] = []
    private var indexes: [PersistenceID: Int] = [:]
    /// The places of the rows in the order of their names, made when somebody asks for a list behind a new row.
    private var nameOrder: [Int] = []

    /// The last revision, 0 where nothing was ever written.
    func revision(of id: PersistenceID) -> Int64 { indexes[id].map { rows[$0].description.revision } ?? 0 }

    /// The present state.
    func state(of id: PersistenceID) -> StoredDurableState? {
        guard let index = indexes[id], let bytes = rows[index].state else { return nil }
        let known = rows[index].description
        return StoredDurableState(
            persistenceID: id, revision: known.revision, stateType: known.stateType,
            schemaVersion: known.schemaVersion, writer: known.writer, epoch: known.epoch, timestamp: known.timestamp,
            state: bytes)
    }

    /// Throws where a write would be refused.
    func admit(
        _ new: NewDurableState, of id: PersistenceID, expecting revision: Int64, by writer: WriterID
    ) throws {
        _ = try StoredDurableState(
            new, of: id, expecting: revision, by: writer, over: indexes[id].map { rows[$0].description })
    }

    /// Answers whether there is a state to delete, and throws where its deletion would be refused.
    func admitDeletion(of id: PersistenceID, expecting revision: Int64) throws -> Bool {
        try DurableStateDescription.require(revision, of: id, in: indexes[id].map { rows[$0].description })
        return indexes[id].map { rows[$0].state != nil } ?? false
    }

    /// Writes the revision after `revision`.
    mutating func put(
        _ new: NewDurableState, of id: PersistenceID, expecting revision: Int64, by writer: WriterID
    ) throws -> DurableStateDescription {
        let index = indexes[id]
        let stored = try StoredDurableState(
            new, of: id, expecting: revision, by: writer, over: index.map { rows[$0].description })
        let row = Row(description: stored.description, state: stored.state)
        if let index {
            rows[index] = row
        } else {
            indexes[id] = rows.count
            rows.append(row)
        }
        return stored.description
    }

    /// Deletes a state, and answers whether there was one.
    mutating func delete(_ id: PersistenceID, expecting revision: Int64) throws -> Bool {
        guard try admitDeletion(of: id, expecting: revision), let index = indexes[id] else { return false }
        rows[index].state = nil
        return true
    }

    /// The present states whose names begin with `prefix` and stand behind that of `after`.
    mutating func list(after: PersistenceID?, prefix: String, limit: Int) -> [DurableStateDescription] {
        sortNames()
        let start = after.map { place(of: $0.description, isBehind: true) } ?? 0
        var found: [DurableStateDescription] = []
        for index in nameOrder[max(start, place(of: prefix, isBehind: false))...] where found.count < limit {
            let row = rows[index]
            guard row.name.utf8.starts(with: prefix.utf8) else { break }
            if row.state != nil { found.append(row.description) }
        }
        return found
    }

    private mutating func sortNames() {
        guard nameOrder.count < rows.count else { return }
        nameOrder = rows.indices.sorted { rows[$0].name.utf8.lexicographicallyPrecedes(rows[$1].name.utf8) }
    }

    /// The place in the order of names of the first one at a name, or behind it.
    private func place(of name: String, isBehind: Bool) -> Int {
        var (low, high) = (0, nameOrder.count)
        while low < high {
            let middle = (low + high) / 2
            let found = rows[nameOrder[middle]].name.utf8
            let isBefore =
                isBehind
                ? !name.utf8.lexicographicallyPrecedes(found) : found.lexicographicallyPrecedes(name.utf8)
            if isBefore { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension DurableStateRows.Row {
    fileprivate var name: String { description.persistenceID.description }
}
