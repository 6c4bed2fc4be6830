internal import Actors
internal import EventSourcing

extension LogReading {
    /// A version of a projection, with its key in the file.
    struct KeyedProjection {
        var key: Int64
        var known: ProjectionDescription
    }

    func projectionRow(_ projection: Projection) throws -> KeyedProjection? {
        try projectionSlots.byVersion.use(on: connection) { statement in
            try statement.bind(projection.name, at: 1)
            try statement.bind(Int64(projection.version), at: 2)
            return try statement.step() ? try self.projection(named: projection.name, in: statement) : nil
        }
    }

    func versions(of name: String) throws -> [ProjectionDescription] {
        try projectionSlots.versions.use(on: connection) { statement in
            try statement.bind(name, at: 1)
            var found: [ProjectionDescription] = []
            while try statement.step() { found.append(try projection(named: name, in: statement).known) }
            return found
        }
    }

    func projectionValue(_ key: String, of name: String, version: Int?) throws -> String? {
        try projectionSlots.value.use(on: connection) { statement in
            try statement.bind(name, version: version)
            try statement.bind(key, at: 3)
            return try statement.step() ? statement.text(at: 0) : nil
        }
    }

    func projectionRows(
        of name: String, version: Int?, after key: String?, prefix: String, limit: Int
    ) throws -> [ProjectionRow] {
        guard limit > 0 else { return [] }
        // One lower bound is one range of the table; the key that the list begins behind is passed over here.
        let start = key.map { $0.utf8.lexicographicallyPrecedes(prefix.utf8) ? prefix : $0 } ?? prefix
        return try projectionSlots.rows.use(on: connection) { statement in
            try statement.bind(name, version: version)
            try statement.bind(start, at: 3)
            var found: [ProjectionRow] = []
            while found.count < limit, try statement.step() {
                let row = ProjectionRow(key: statement.text(at: 0) ?? "", value: statement.text(at: 1) ?? "")
                guard row.key.utf8.starts(with: prefix.utf8) else { break }
                if let key, row.key.utf8.elementsEqual(key.utf8) { continue }
                found.append(row)
            }
            return found
        }
    }

    func position(ofCheckpoint name: String) throws -> Int64 {
        try projectionSlots.checkpoint.use(on: connection) { statement in
            try statement.bind(Self.row(ofCheckpoint: name), at: 1)
            return try statement.step() ? statement.anyInteger(at: 0) : 0
        }
    }

    /// The name of a checkpoint's row: the table has those of applications too, which are named otherwise.
    static func row(ofCheckpoint name: String) -> String { "reader:\(name)" }

    func projection(named name: String, in row: borrowing Statement) throws -> KeyedProjection {
        guard let key = row.integer(at: 0), let version = row.integer(at: 1).flatMap({ Int(exactly: $0) }),
            let position = row.integer(at: 2), position >= 0
        else { throw StoreError(.corrupt, detail: "the projection \(name) has a position below 0") }
        return KeyedProjection(
            key: key,
            known: ProjectionDescription(
                Projection(name, version: version), position: position, isLive: row.anyInteger(at: 3) != 0,
                time: Timestamp(microseconds: row.anyInteger(at: 4))))
    }
}

extension Statement {
    fileprivate func bind(_ name: String, version: Int?) throws {
        try bind(name, at: 1)
        if let version { try bind(Int64(version), at: 2) } else { try bindNull(at: 2) }
    }
}
