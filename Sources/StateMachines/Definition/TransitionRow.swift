public import EventSourcing

/// One row of a machine's table: what some events do in the states that it stands under.
public struct TransitionRow<State: MachineState, Event: MachineEvent>: Sendable {
    @usableFromInline
    enum Destination: Sendable {
        case constant(State)
        case computed([State.CaseName], @Sendable (State, Event) throws -> State)
        case stay
        case stop(String)
    }

    let events: [Event.CaseName]
    let group: String?
    @usableFromInline let condition: RowCondition<State, Event>?
    @usableFromInline let destination: Destination
    @usableFromInline let place: SourcePlace
    @usableFromInline private(set) var productions: [Production<State, Event>] = []
    @usableFromInline private(set) var postings: [@Sendable (State, Event) throws -> [NewOutboxEntry]] = []
    @usableFromInline private(set) var actions: [RowAction<State, Event>] = []
    private(set) var isOverriding = false

    init(
        events: [Event.CaseName], group: String?, condition: RowCondition<State, Event>?, destination: Destination,
        place: SourcePlace
    ) {
        self.events = events
        self.group = group
        self.condition = condition
        self.destination = destination
        self.place = place
    }

    private func with(_ change: (inout Self) -> Void) -> Self {
        var copy = self
        change(&copy)
        return copy
    }

    /// Replaces the whole rows that stood before it for the same states and events.
    ///
    /// Without it a second row for a state and an event is refused, unless the first one has a condition.
    public func overriding() -> TransitionRow { with { $0.isOverriding = true } }

    /// Produces an event for the machine itself, behind those of the calls before.
    public func producing(_ event: Event) -> TransitionRow { producing(Production([event.name]) { _, _ in [event] }) }

    /// Produces events for the machine itself, behind those of the calls before.
    ///
    /// - Parameters:
    ///   - first: a case of what is produced.
    ///   - others: further cases of what is produced.
    ///   - make: makes the events from the state that was led to, or stayed in, and the event; when it throws, nothing is
    ///     produced, and the event is taken all the same.
    public func producing(
        _ first: Event.CaseName, _ others: Event.CaseName...,
        make: @escaping @Sendable (State, Event) throws -> [Event]
    ) -> TransitionRow {
        producing(Production(([first] + others).withoutRepetitions(), make))
    }

    /// Posts rows of the outbox, to the instances of another machine or to a handler, behind those of the calls before and
    /// behind what is produced for the machine itself.
    ///
    ///     On(.pay).goto(.paid).posting { _, _ in [NewOutboxEntry(to: "mail", payload: receipt)] }
    ///     On(.ship).goto(.shipped).posting { order, _ in [try parcels.message(.send, to: order.parcel)] }
    ///
    /// - Parameter make: makes the rows from the state that was led to, or stayed in, and the event; when it throws, or makes
    ///   one whose destination or key no row can have, none of them is written, and the event is taken all the same.
    public func posting(_ make: @escaping @Sendable (State, Event) throws -> [NewOutboxEntry]) -> TransitionRow {
        with { $0.postings.append(make) }
    }

    /// Runs an action when the row was taken, behind the states' own and behind those of the calls before.
    ///
    /// It gets the event and the state that was led to, or stayed in. It runs once the transition is durable, and never when
    /// it is replayed. What it throws is told with the transition, which has happened.
    public func onEntry(_ action: @escaping RowAction<State, Event>) -> TransitionRow {
        with { $0.actions.append(action) }
    }

    private func producing(_ production: Production<State, Event>) -> TransitionRow {
        with { $0.productions.append(production) }
    }
}
