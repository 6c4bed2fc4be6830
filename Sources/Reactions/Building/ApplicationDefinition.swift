import EventSourcing

/// What an application declares, checked, and looked up quickly.
struct ApplicationDefinition: Sendable {
    let name: String
    /// By their types.
    private let tables: [ObjectIdentifier: any AnyAggregateTable]
    let reactions: [Reaction]
    let projections: [ProjectionTable]
    /// The drained reactions, and the void ones, that an event is for: by entity type, then by the event's stored name.
    private let listeners: [String: [String: Listeners]]
    /// The names of all lanes that reactions are in, each once.
    let lanes: [String]

    /// What wants to know of events of one name.
    struct Listeners: Sendable {
        var events: HeardEvents
        /// Whether several hear them, so that an event may be for some of the reactions only.
        var isMixed = false
        var drained: [Reaction] = []
        var void: [Reaction] = []
        mutating func add(_ reactions: [Reaction]) {
            for reaction in reactions
            where !(drained + void).contains(where: { $0.name.hasSameBytes(as: reaction.name) }) {
                if reaction.isDrained { drained.append(reaction) } else { void.append(reaction) }
            }
        }

        /// Whether a target is computed of the event, so that it must be read for it.
        var isComputed: Bool {
            drained.contains { if case .computed = $0.target { true } else { false } }
        }
    }

    init(_ name: String, _ parts: [ApplicationPart]) throws(ApplicationDefinitionError) {
        guard (1...Subscription.longestName).contains(name.utf8.count) else {
            throw .applicationName(bytes: name.utf8.count)
        }
        var tables: [ObjectIdentifier: any AnyAggregateTable] = [:]
        var entityTypes: Set<[UInt8]> = []
        var heard: [HeardEvents] = []
        var reactions: [Reaction] = []
        var projections: [ProjectionDeclaration] = []
        for part in parts {
            switch part.kind {
            case .aggregate(let type, let make):
                let table = try make()
                if table.entityType.hasSameBytes(as: OperationNote.entityType) {
                    throw .reservedType(table.entityType)
                }
                guard entityTypes.insert(Array(table.entityType.utf8)).inserted else {
                    throw .aggregateTwice(table.entityType)
                }
                tables[ObjectIdentifier(type)] = table
                heard += table.heard
            case .heard(let events): heard.append(events)
            case .reaction(let reaction): reactions.append(reaction)
            case .projection(let projection): projections.append(projection)
            }
        }
        self.name = name
        self.tables = tables
        self.reactions = reactions
        self.projections = try Self.tables(of: projections, hearing: heard)
        try Self.require(reactions, heard: Set(heard.map(\.payload)))
        var lanes: [String] = []
        for reaction in reactions
        where reaction.isDrained && !lanes.contains(where: { $0.hasSameBytes(as: reaction.lane) }) {
            lanes.append(reaction.lane)
        }
        self.lanes = lanes
        var listeners: [String: [String: Listeners]] = [:]
        for events in heard {
            let own = reactions.filter { $0.payload == events.payload }
            if own.isEmpty { continue }
            for type in events.names {
                var found = listeners[events.entityType]?[type] ?? Listeners(events: events)
                if !found.drained.isEmpty || !found.void.isEmpty {
                    (found.events, found.isMixed) = (found.events.and(events), true)
                }
                found.add(own)
                listeners[events.entityType, default: [:]][type] = found
            }
        }
        self.listeners = listeners
    }

    private static func require(
        _ reactions: [Reaction], heard: Set<ObjectIdentifier>
    ) throws(ApplicationDefinitionError) {
        var names: Set<[UInt8]> = []
        var lanes: [PersistenceID: Reaction] = [:]
        for reaction in reactions {
            let bytes = reaction.name.utf8.count
            guard (1...Subscription.longestName).contains(bytes) else {
                throw .reactionName(reaction.name, bytes: bytes)
            }
            guard names.insert(Array(reaction.name.utf8)).inserted else { throw .reactionTwice(reaction.name) }
            guard heard.contains(reaction.payload) else {
                throw .unknownEvent(reaction.payloadName, reaction: reaction.name)
            }
            guard (1...Subscription.longestName).contains(reaction.lane.utf8.count) else {
                throw .lane(reaction.lane, reaction: reaction.name, bytes: reaction.lane.utf8.count)
            }
            guard reaction.retry.maxRetries >= 0, reaction.retry.backoff.isPossible else {
                throw .retry(reaction: reaction.name)
            }
            guard reaction.delay >= .zero else { throw .delay(reaction.delay, reaction: reaction.name) }
            if !reaction.isDrained, !reaction.isPlain { throw .voidTarget(reaction: reaction.name) }
            if case .one(let target) = reaction.target, reaction.isDrained {
                if let other = lanes[target], !other.lane.hasSameBytes(as: reaction.lane) {
                    throw .lanes(other.name, reaction.name, target: target)
                }
                lanes[target] = reaction
            }
        }
    }

    private static func tables(
        of projections: [ProjectionDeclaration], hearing heard: [HeardEvents]
    ) throws(ApplicationDefinitionError) -> [ProjectionTable] {
        var (tables, names): ([ProjectionTable], Set<[UInt8]>) = ([], [])
        for projection in projections {
            let table = try projection.table(hearing: heard)
            let name = table.projection.name
            guard names.insert(Array(name.utf8)).inserted else { throw .projectionTwice(name) }
            tables.append(table)
        }
        return tables
    }

    /// The aggregate whose streams' names begin with this; nil where the application declares none.
    func table(of entityType: String) -> (any AnyAggregateTable)? {
        tables.values.first { $0.entityType.hasSameBytes(as: entityType) }
    }

    /// The aggregate of this type; nil where the application declares none.
    func table<State: Aggregate>(of state: State.Type) -> AggregateTable<State>? {
        tables[ObjectIdentifier(AggregateTable<State>.self)] as? AggregateTable<State>
    }

    /// Whether drained reactions are for events of a name, or of any, of such entities, or of any.
    func hears(_ type: String?, of entityType: String?) -> Bool {
        listeners.contains { name, events in
            if let entityType, !name.hasSameBytes(as: entityType) { return false }
            return events.contains { name, listeners in
                !listeners.drained.isEmpty && (type.map { name.hasSameBytes(as: $0) } ?? true)
            }
        }
    }

    /// What wants to know of an event; nil where nothing does.
    func listeners(to type: String, of entityType: String) -> Listeners? { listeners[entityType]?[type] }
}

extension Reaction {
    /// Whether it has nothing but its events and what it does.
    fileprivate var isPlain: Bool {
        guard case .own = target, source == nil else { return false }
        return lane.hasSameBytes(as: Subscription.defaultLane) && priority == 0 && delay == .zero
            && retry == ReactionRetry()
    }
}
