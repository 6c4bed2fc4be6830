import EventSourcing

/// A state with the behavior that folds it.
struct BehaviorState<Message: Sendable, Event: Sendable, State: Sendable>: FoldedState {
    var state: State
    let behavior: EventSourcedBehavior<Message, Event, State>
    /// The state as people see it.
    let shown: @Sendable (State) throws -> JSONValue

    init(
        state: State, behavior: EventSourcedBehavior<Message, Event, State>,
        tree: @escaping @Sendable (State) throws -> JSONValue
    ) {
        self.state = state
        self.behavior = behavior
        shown = tree
    }

    mutating func fold(_ event: borrowing StoredEvent) throws {
        let (type, version, registry) = (event.type, event.schemaVersion, behavior.registry)
        let decoded = try event.withPayload { try registry.decode(type: type, version: version, payload: $0) }
        var next = state
        try behavior.fold(decoded, into: &next)
        state = next
    }

    func tree() throws -> JSONValue { try shown(state) }
}
