/// Events that a row is about; what is chained to it says where they lead, and makes the row.
///
///     On(.pay).where("the whole total") { order, event in event.amount == order.total }.goto(.paid)
///     On(.ping, .pong).stay()
///     On(.kill).stop("it was killed")
public struct On<State: MachineState, Event: MachineEvent>: Sendable {
    private let events: [Event.CaseName]
    private let group: String?
    private let place: SourcePlace
    private var condition: RowCondition<State, Event>?

    /// One event, or any of several, whatever their values are.
    public init(
        _ first: Event.CaseName, _ others: Event.CaseName..., fileID: String = #fileID, line: Int = #line
    ) {
        events = ([first] + others).withoutRepetitions()
        group = nil
        place = SourcePlace(fileID: fileID, line: line)
    }

    /// Any event of a group.
    public init(allOf group: CaseGroup<Event.CaseName>, fileID: String = #fileID, line: Int = #line) {
        events = group.cases
        self.group = group.name
        place = SourcePlace(fileID: fileID, line: line)
    }

    /// Takes the event only where a condition holds; of several in a chain, all must.
    ///
    /// The rows of one state and event are tried in their order, and the first one whose condition holds is taken. Where
    /// none is, the event is refused with `GuardRejected`.
    ///
    /// - Parameters:
    ///   - label: the condition in words, for pictures and refusals.
    ///   - condition: depends on the state and the event alone, and changes nothing.
    public func `where`(_ label: String? = nil, _ condition: @escaping @Sendable (State, Event) -> Bool) -> On {
        var copy = self
        copy.condition = RowCondition(label, condition, behind: self.condition)
        return copy
    }

    // MARK: - Where it leads

    /// Leads to a state; to the present one means to leave it and to enter it again.
    public func goto(_ state: State) -> TransitionRow<State, Event> { row(.constant(state)) }

    /// Leads to a state that is computed from the present one and the event.
    ///
    /// - Parameters:
    ///   - first: a case that it may lead to.
    ///   - others: further cases that it may lead to; a state of any other is refused with `UndeclaredTarget`.
    ///   - compute: depends on the state and the event alone, and changes nothing; what it throws refuses the event.
    public func goto(
        _ first: State.CaseName, _ others: State.CaseName...,
        compute: @escaping @Sendable (State, Event) throws -> State
    ) -> TransitionRow<State, Event> {
        row(.computed(([first] + others).withoutRepetitions(), compute))
    }

    /// Leads to a state that is computed from the present one and a value that the event carries.
    ///
    ///     On(.pay).goto(.paid, with: \.payment) { _, payment in .paid(payment) }
    ///
    /// - Parameters:
    ///   - first: a case that it may lead to.
    ///   - others: further cases that it may lead to; a state of any other is refused with `UndeclaredTarget`.
    ///   - value: the value of the event; where it is nil, the event is refused with `MissingValue`.
    ///   - compute: depends on the state and the value alone, and changes nothing; what it throws refuses the event.
    public func goto<Value: Sendable>(
        _ first: State.CaseName, _ others: State.CaseName..., with value: @escaping @Sendable (Event) -> Value?,
        compute: @escaping @Sendable (State, Value) throws -> State
    ) -> TransitionRow<State, Event> {
        let place = place
        return row(
            .computed(([first] + others).withoutRepetitions()) { state, event in
                guard let value = value(event) else {
                    throw MissingValue(state: state.name.rawValue, event: event.name.rawValue, place: place)
                }
                return try compute(state, value)
            })
    }

    /// Takes the event and stays in the state, as if nothing had been entered or left.
    public func stay() -> TransitionRow<State, Event> { row(.stay) }

    /// Takes the event and stops the machine for good.
    public func stop(_ reason: String) -> TransitionRow<State, Event> { row(.stop(reason)) }

    private func row(_ target: TransitionRow<State, Event>.Destination) -> TransitionRow<State, Event> {
        TransitionRow(events: events, group: group, condition: condition, destination: target, place: place)
    }
}
