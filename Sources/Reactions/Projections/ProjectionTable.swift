import EventSourcing

/// A projection as it was declared, its rows' type forgotten.
struct ProjectionDeclaration: Sendable {
    let projection: Projection
    let window: Int
    let rowsInMemory: Int
    let dropsFormer: Bool
    let backoff: Backoff
    let rowType: ObjectIdentifier
    /// No rows, of the declared type.
    let rows: @Sendable (_ isWhole: Bool) -> KeptRows
    let decode: @Sendable (UnsafeRawBufferPointer, JSONCodec) throws -> any Sendable
    let folds: [FoldDeclaration]

    /// The projection, checked against the events that are heard.
    func table(hearing heard: [HeardEvents]) throws(ApplicationDefinitionError) -> ProjectionTable {
        let name = projection.name
        guard (1...Projection.longestName).contains(name.utf8.count) else {
            throw .projectionName(name, bytes: name.utf8.count)
        }
        guard projection.version >= 1 else { throw .projectionVersion(projection.version, projection: name) }
        guard window >= 1 else { throw .projectionWindow(window, projection: name) }
        guard backoff.isPossible else { throw .projectionBackoff(projection: name) }
        guard !folds.isEmpty else { throw .projectionEmpty(name) }
        var folded: Set<ObjectIdentifier> = []
        for folding in folds {
            guard folded.insert(folding.payload).inserted else { throw .foldedTwice(folding.payloadName, in: name) }
            guard heard.contains(where: { $0.payload == folding.payload }) else {
                throw .foldedUnknown(folding.payloadName, projection: name)
            }
        }
        return ProjectionTable(self, hearing: heard)
    }
}

/// What a projection folds, looked up quickly.
final class ProjectionTable: Sendable {
    let declaration: ProjectionDeclaration
    let codec = JSONCodec()
    /// The folds of each name under which events are stored.
    let steps: [[FoldDeclaration.Step]]
    /// Where they stand in `steps`, by entity type, then by the stored name.
    private let places: [String: [String: Int]]

    var projection: Projection { declaration.projection }
    var backoff: Backoff { declaration.backoff }

    init(_ declaration: ProjectionDeclaration, hearing heard: [HeardEvents]) {
        self.declaration = declaration
        var steps: [[FoldDeclaration.Step]] = []
        var places: [String: [String: Int]] = [:]
        for folding in declaration.folds {
            for events in heard where events.payload == folding.payload {
                let step = folding.step(events.decoder)
                for name in events.names {
                    if let place = places[events.entityType]?[name] {
                        steps[place].append(step)
                    } else {
                        places[events.entityType, default: [:]][name] = steps.count
                        steps.append([step])
                    }
                }
            }
        }
        self.steps = steps
        self.places = places
    }

    /// Where the folds of a name stand in `steps`; nil for events that are passed over.
    func place(of type: String, of entityType: String) -> Int? { places[entityType]?[type] }

    /// Whether an event may be one that is folded, which can't be said because its type or its stream can't be read.
    func mayFold(_ event: borrowing StoredEvent) -> Bool {
        guard event.isNobodys else { return false }
        let (type, entityType) = (event.type, event.persistenceID.entityType)
        if !event.hasLostItsStream { return places[entityType] != nil }
        return type.isEmpty || places.values.contains { $0[type] != nil }
    }

    /// No rows.
    ///
    /// - Parameter isWhole: whether there are none in the store either.
    func rows(isWhole: Bool = false) -> KeptRows { declaration.rows(isWhole) }

    /// Reads a row.
    func row(_ text: String, at key: String, of projection: Projection) throws -> any Sendable {
        do {
            var text = text
            return try text.withUTF8 { try declaration.decode(UnsafeRawBufferPointer($0), codec) }
        } catch {
            throw ProjectionError.row(key: key, of: projection, error)
        }
    }
}
