import EventSourcing

/// An action decided in a state: its events as they are, as they are stored, and the state behind each.
struct DecidedAction<State: Sendable>: Sendable {
    var events: [StateEvent] = []
    var stored: [NewEvent] = []
    var states: [State] = []
}

extension AggregateTable {
    /// What an action comes to; throws `ActionError`, `InvariantError`, and what the decision, the fold and the encoding throw.
    func decide<Done: Action<State>>(
        _ action: Done, in state: State, of stream: PersistenceID
    ) throws -> DecidedAction<State> {
        guard let part = part(of: ObjectIdentifier(Done.self)) else {
            throw ActionError.undeclaredAction(Done.name, aggregate: entityType)
        }
        do { try action.validate() } catch { throw ActionError.invalid(action: Done.name, error) }
        return try decide(action, by: part, in: state, of: stream, as: Metadata(), at: .epoch)
    }

    /// What a valid action comes to, with where its events come from.
    func decide<Done: Action<State>>(
        _ action: Done, by part: ActionPart<State>, in state: State, of stream: PersistenceID, as origin: Metadata,
        at now: Timestamp
    ) throws -> DecidedAction<State> {
        for invariant in invariants + part.invariants where try !invariant.holds(state, action) {
            throw InvariantError(invariant: invariant.name, action: Done.name, stream: stream, state: state)
        }
        var decided = DecidedAction<State>()
        var folded = state
        for payload in try part.decide(action, state) {
            guard let event = event(payload) else {
                throw ActionError.undeclaredEvent(
                    String(describing: type(of: payload)), action: Done.name, aggregate: entityType)
            }
            let (type, version, bytes) = try registry.encode(event, at: event.row)
            // Folded before it is written, so that no event is ever written that can't be folded.
            try fold(&folded, event)
            decided.events.append(event)
            decided.states.append(folded)
            decided.stored.append(
                NewEvent(type: type, schemaVersion: version, payload: bytes, metadata: origin, timestamp: now))
        }
        return decided
    }
}
