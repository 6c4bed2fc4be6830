import EventSourcing

/// A projection as it was declared, its rows' type forgotten.
struct ProjectionDeclaration: Sendable {
    let projection: Projection
    let window: Int
    let rowsInMemory: Int
    let readsOrigins: Bool
    let dropsFormer: Bool
    let backoff: Backoff
    let rowType: ObjectIdentifier
    let encode: @Sendable (any Sendable, JSONCodec) throws -> [UInt8]
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
    /// How one event is read and folded.
    struct Step: Sendable {
        let decode: @Sendable (_ type: String, _ version: Int, UnsafeRawBufferPointer) throws -> (any Sendable)?
        let fold: @Sendable (FoldedEvent, any Sendable, inout KeptRows) throws -> Void
    }

    let declaration: ProjectionDeclaration
    private let codec = JSONCodec()
    /// By entity type, then by the event's stored name.
    private let steps: [String: [String: [Step]]]

    var projection: Projection { declaration.projection }
    var backoff: Backoff { declaration.backoff }
    var fields: EventFields { declaration.readsOrigins ? [.payload, .metadata] : .payload }

    init(_ declaration: ProjectionDeclaration, hearing heard: [HeardEvents]) {
        self.declaration = declaration
        var steps: [String: [String: [Step]]] = [:]
        for folding in declaration.folds {
            for events in heard where events.payload == folding.payload {
                for type in events.names {
                    steps[events.entityType, default: [:]][type, default: []]
                        .append(Step(decode: events.decode, fold: folding.fold))
                }
            }
        }
        self.steps = steps
    }

    /// How events of a name are folded; none for those that are passed over.
    func steps(for type: String, of entityType: String) -> [Step] { steps[entityType]?[type] ?? [] }

    /// The text of a row.
    func encode(_ row: any Sendable) throws -> [UInt8] { try declaration.encode(row, codec) }

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
