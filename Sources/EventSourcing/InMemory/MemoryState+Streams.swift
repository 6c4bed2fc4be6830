extension MemoryState {
    /// Heads of streams.
    mutating func streams(_ query: StreamQuery) -> [StreamHead] {
        guard query.limit > 0 else { return [] }
        switch query.order {
        case .name: return streamsByName(query)
        case .newest:
            var heads = streams.map(\.head).filter { query.admits($0) && query.isAhead(of: $0) }
            heads.sort { query.precedes($0, $1) }
            return Array(heads.prefix(query.limit))
        }
    }

    private mutating func streamsByName(_ query: StreamQuery) -> [StreamHead] {
        sortNames()
        var prefix = query.prefix
        if prefix.isEmpty, let type = query.entityType { prefix = type + "|" }
        let start = nameOrder.partition { place in
            let id = streams[place].head.persistenceID
            if id.precedes(prefix: prefix) { return true }
            return query.after.map { id <= $0.persistenceID } ?? false
        }
        var heads: [StreamHead] = []
        for place in nameOrder[start...] {
            let head = streams[place].head
            // Names with one prefix stand together, so the first without it ends them.
            guard head.persistenceID.hasPrefix(prefix), heads.count < query.limit else { break }
            if query.admits(head) { heads.append(head) }
        }
        return heads
    }

    private mutating func sortNames() {
        guard nameOrder.count < streams.count else { return }
        let id = { [streams] (place: Int) in streams[place].head.persistenceID }
        let added = (nameOrder.count..<streams.count).sorted { id($0) < id($1) }
        var (merged, old) = ([Int](), nameOrder[...])
        merged.reserveCapacity(streams.count)
        for place in added {
            while let first = old.first, id(first) < id(place) {
                merged.append(first)
                old.removeFirst()
            }
            merged.append(place)
        }
        nameOrder = merged + old
    }
}

extension StreamQuery {
    /// Whether a stream is among those that are asked for, wherever it stands.
    func admits(_ head: StreamHead) -> Bool {
        let id = head.persistenceID
        return entityType.map { $0.utf8.elementsEqual(id.entityType.utf8) } ?? true && id.hasPrefix(prefix)
    }

    /// Whether a stream comes behind `after`.
    func isAhead(of head: StreamHead) -> Bool { after.map { precedes($0, head) } ?? true }

    /// The order that was asked for; streams of the same time stand by name.
    func precedes(_ left: StreamHead, _ right: StreamHead) -> Bool {
        if order == .newest, left.lastTime != right.lastTime { return left.lastTime > right.lastTime }
        return left.persistenceID < right.persistenceID
    }
}

extension PersistenceID {
    /// Whether `Type|id` begins with these bytes.
    func hasPrefix(_ prefix: String) -> Bool { prefix.isEmpty || description.utf8.starts(with: prefix.utf8) }

    /// Whether the name stands before every name that begins with `prefix`.
    func precedes(prefix: String) -> Bool {
        guard let pipe = prefix.utf8.firstIndex(of: UInt8(ascii: "|")) else {
            return entityType.utf8.lexicographicallyPrecedes(prefix.utf8)
        }
        let type = prefix.utf8[..<pipe]
        if !entityType.utf8.elementsEqual(type) { return entityType.utf8.lexicographicallyPrecedes(type) }
        return entityID.utf8.lexicographicallyPrecedes(prefix.utf8[pipe...].dropFirst())
    }
}
