import EventSourcing

/// An aggregate of an application, its type forgotten.
protocol AnyAggregateTable: AnyObject, Sendable {
    var entityType: String { get }
    /// What is stored under which names, by the rows of the registry.
    var heard: [HeardEvents] { get }

    /// Whether an event of this stored name may stand in its streams.
    func reads(_ type: String) -> Bool

    /// Whether it says how its snapshots are written.
    var takesSnapshots: Bool { get }

    /// Takes a snapshot of a stream as it is, and answers the numbers of its last event and of its newest snapshot.
    func takeSnapshot(
        of stream: PersistenceID, in application: Application
    ) async throws -> (sequenceNumber: Int64, snapshot: Int64)
}

/// What an aggregate declares, looked up quickly.
final class AggregateTable<State: Aggregate>: AnyAggregateTable {
    let kind: EntityAccess<StateEvent, State>.Kind
    let registry: EventRegistry<StateEvent>
    private let events: [EventPart<State>]
    private let decoders: [any AnyObject & Sendable]
    /// The rows of the registry by the types of their payloads.
    private let rows: [ObjectIdentifier: Int]
    private let actions: [ObjectIdentifier: ActionPart<State>]
    let invariants: [InvariantPart<State>]

    var entityType: String { State.entityType }

    init() throws(ApplicationDefinitionError) {
        let name = State.entityType
        if let error = PersistenceIDError(ofType: name) { throw .entityType(name, error) }
        var events: [EventPart<State>] = []
        var rows: [ObjectIdentifier: Int] = [:]
        var actions: [ObjectIdentifier: ActionPart<State>] = [:]
        var invariants: [InvariantPart<State>] = []
        for part in State.parts {
            switch part.kind {
            case .event(let event):
                guard rows.updateValue(events.count, forKey: event.payload) == nil else {
                    throw .eventTwice(event.payloadName, in: name)
                }
                events.append(event)
            case .action(let action):
                guard actions.updateValue(action, forKey: action.action) == nil else {
                    throw .actionTwice(action.name, in: name)
                }
            case .invariant(let invariant): invariants.append(invariant)
            }
        }
        // Of each action, those of the aggregate are asked too.
        for own in [[]] + actions.values.map(\.invariants) {
            try Self.require((invariants + own).map(\.name), in: name)
        }
        if events.isEmpty { throw .registry(name, .empty) }
        do {
            registry = try EventRegistry(
                events.enumerated().map { $1.eventType($0) }
                    + StreamMark.allCases.enumerated().map { $1.eventType(events.count + $0) })
            decoders = try events.map { event throws(EventRegistryError) in try event.decoder() }
        } catch {
            throw .registry(name, error)
        }
        var strategy = SnapshotStrategy<StateEvent, State>.never
        if let interval = State.snapshots.interval {
            do { strategy = try .every(interval) } catch { throw .snapshots(name, error) }
        }
        let folds = events.map(\.fold)
        kind = EntityAccess<StateEvent, State>.Kind(
            emptyState: State(), registry: registry, snapshotCodec: State.snapshots.codec,
            snapshotStrategy: strategy, retentionPolicy: State.snapshots.retention,
            fold: { state, event in
                // A mark changes nothing.
                if event.row < folds.count { try folds[event.row](&state, event.payload) }
            })
        self.events = events
        self.rows = rows
        self.actions = actions
        self.invariants = invariants
    }

    private static func require(_ invariants: [String], in name: String) throws(ApplicationDefinitionError) {
        var known: Set<String> = []
        for invariant in invariants where !known.insert(invariant).inserted {
            throw .invariantTwice(invariant, in: name)
        }
    }

    func reads(_ type: String) -> Bool {
        registry.rows.contains { row in
            row.name.hasSameBytes(as: type) || row.formerNames.contains { $0.hasSameBytes(as: type) }
        }
    }

    var takesSnapshots: Bool { State.snapshots.codec != nil }

    func takeSnapshot(
        of stream: PersistenceID, in application: Application
    ) async throws -> (sequenceNumber: Int64, snapshot: Int64) {
        let entity = try await application.access(self).takeSnapshot(of: stream)
        return (entity.sequenceNumber, entity.lastSnapshot)
    }

    /// Folds an event into a state.
    func fold(_ state: inout State, _ event: StateEvent) throws { try events[event.row].fold(&state, event.payload) }

    /// What decides an action; nil where the aggregate does not accept it.
    func part(of action: ObjectIdentifier) -> ActionPart<State>? { actions[action] }

    /// An event that an action came to; nil where the aggregate emits none of its type.
    func event(_ payload: any Sendable) -> StateEvent? {
        rows[ObjectIdentifier(type(of: payload))].map { StateEvent(row: $0, payload: payload) }
    }

    var heard: [HeardEvents] {
        events.enumerated().map { row, event in
            let type = registry.rows[row]
            return HeardEvents(
                entityType: entityType, payload: event.payload, payloadName: event.payloadName,
                names: [type.name] + type.formerNames,
                decode: { [registry] name, version, bytes in
                    try registry.decode(type: name, version: version, payload: bytes).payload
                }, decoder: decoders[row])
        }
    }
}

extension PersistenceIDError {
    /// Why no stream can have this entity type; nil where it can.
    fileprivate init?(ofType name: String) {
        do {
            _ = try PersistenceID(name, "1")
            return nil
        } catch {
            self = error
        }
    }
}
