package import EventSourcing

/// What an aggregate declares, for tools that look at its streams and try its actions without an application.
package struct AggregateRules<State: Aggregate>: Sendable {
    private let table: AggregateTable<State>

    /// Reads what the aggregate declares; throws `ApplicationDefinitionError` for a mistake in it.
    package init(of aggregate: State.Type) throws(ApplicationDefinitionError) { table = try AggregateTable() }

    /// The names under which its events are written now.
    package var eventTypes: [String] { table.registry.names }

    /// How its snapshots are written; nil where it takes none.
    package var snapshotCodec: SnapshotCodec<State>? { State.snapshots.codec }

    /// Folds a stored event into a state; throws when its payload can't be decoded or does not fold.
    package func fold(_ event: borrowing StoredEvent, into state: inout State) throws {
        let (type, version) = (event.type, event.schemaVersion)
        let decoded = try event.withPayload { try table.registry.decode(type: type, version: version, payload: $0) }
        try table.fold(&state, decoded)
    }

    /// The names of the events that an action comes to in a state; throws as doing it would, and writes nothing.
    package func decide(_ action: some Action<State>, on state: State, of stream: PersistenceID) throws -> [String] {
        try table.decide(action, in: state, of: stream).stored.map(\.type)
    }
}
