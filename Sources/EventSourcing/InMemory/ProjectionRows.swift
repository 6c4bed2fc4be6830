import Actors

/// The projections of a store in memory.
struct ProjectionRows: Sendable {
    private struct Version: Sendable {
        var known: ProjectionDescription
        /// By the bytes of their keys.
        var rows: [(key: [UInt8], row: ProjectionRow)] = []

        /// The place of the first row that does not stand before a key.
        func place(of key: [UInt8]) -> Int { rows.partition { $0.key.lexicographicallyPrecedes(key) } }

        mutating func apply(_ change: ProjectionChange) {
            let key = Array(change.key.utf8)
            let place = place(of: key)
            let isThere = place < rows.count && rows[place].key == key
            switch change {
            case .put(_, let value):
                let row = (key, ProjectionRow(key: change.key, value: value))
                if isThere { rows[place] = row } else { rows.insert(row, at: place) }
            case .delete:
                if isThere { rows.remove(at: place) }
            }
        }
    }

    /// The versions of each name, rising.
    private var names: [[UInt8]: [Version]] = [:]

    /// Where a projection is; nil where it is not there.
    func position(of projection: Projection) -> Int64? {
        version(projection.version, of: projection.name)?.known.position
    }

    func versions(of name: String) -> [ProjectionDescription] { names[Array(name.utf8), default: []].map(\.known) }

    /// Every version of every projection, by the bytes of their names.
    var all: [ProjectionDescription] {
        names.sorted { $0.key.lexicographicallyPrecedes($1.key) }.flatMap { $0.value.map(\.known) }
    }

    func get(_ key: String, of name: String, version: Int?) -> String? {
        guard let found = self.version(version, of: name) else { return nil }
        let key = Array(key.utf8)
        let place = found.place(of: key)
        return place < found.rows.count && found.rows[place].key == key ? found.rows[place].row.value : nil
    }

    func list(of name: String, version: Int?, after key: String?, prefix: String, limit: Int) -> [ProjectionRow] {
        guard let found = self.version(version, of: name) else { return [] }
        let behind = key.map { Array($0.utf8) }
        let start = found.rows.partition { row in
            if let behind, !behind.lexicographicallyPrecedes(row.key) { return true }
            return row.key.lexicographicallyPrecedes(prefix.utf8)
        }
        return found.rows[start...].prefix(max(0, limit)).prefix { $0.key.starts(with: prefix.utf8) }.map(\.row)
    }

    /// Makes changes that were found to be right.
    mutating func apply(_ changes: [ProjectionChange], to projection: Projection, position: Int64, at now: Timestamp) {
        let name = Array(projection.name.utf8)
        var versions = names[name, default: []]
        let place = versions.partition { $0.known.projection.version < projection.version }
        if place == versions.count || versions[place].known.projection.version != projection.version {
            let isLive = !versions.contains { $0.known.isLive }
            let known = ProjectionDescription(projection, position: position, isLive: isLive, time: now)
            versions.insert(Version(known: known), at: place)
        }
        names[name] = nil
        versions[place].known.position = position
        versions[place].known.time = now
        for change in changes { versions[place].apply(change) }
        names[name] = versions
    }

    mutating func swap(to projection: Projection, at now: Timestamp) -> Bool {
        guard let known = version(projection.version, of: projection.name)?.known, !known.isLive else { return false }
        let name = Array(projection.name.utf8)
        for place in names[name, default: []].indices {
            let isMeant = names[name]?[place].known.projection.version == projection.version
            names[name]?[place].known.isLive = isMeant
            if isMeant { names[name]?[place].known.time = now }
        }
        return true
    }

    mutating func drop(_ projection: Projection) -> Bool {
        let name = Array(projection.name.utf8)
        let place = names[name]?.firstIndex { $0.known.projection.version == projection.version }
        guard let place else { return false }
        names[name]?.remove(at: place)
        return true
    }

    /// One version, or the live one.
    private func version(_ version: Int?, of name: String) -> Version? {
        names[Array(name.utf8)]?.first { found in
            version.map { found.known.projection.version == $0 } ?? found.known.isLive
        }
    }
}
