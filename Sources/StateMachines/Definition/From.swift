/// What a machine does in some states: the rows of their events, and their timeouts.
///
///     From(.pending) {
///         On(.pay).goto(.paid)
///         On(.paymentTimedOut).goto(.cancelled)
///     }
///     .timeout("payment", after: .seconds(1_800), send: .paymentTimedOut)
///
/// The same state may stand in any number of them.
public struct From<State: MachineState, Event: MachineEvent>: MachinePart {
    private var block: MachineDefinition<State, Event>.Block

    /// The rows of one state, or of several.
    public init(
        _ first: State.CaseName, _ others: State.CaseName..., fileID: String = #fileID, line: Int = #line,
        @RowsBuilder<State, Event> rows: () -> [TransitionRow<State, Event>]
    ) {
        block = MachineDefinition.Block(
            states: ([first] + others).withoutRepetitions(), rows: rows(),
            place: SourcePlace(fileID: fileID, line: line))
    }

    /// The rows of all states of a group.
    public init(
        allOf group: CaseGroup<State.CaseName>, fileID: String = #fileID, line: Int = #line,
        @RowsBuilder<State, Event> rows: () -> [TransitionRow<State, Event>]
    ) {
        block = MachineDefinition.Block(
            states: group.cases, group: group.name, rows: rows(), place: SourcePlace(fileID: fileID, line: line))
    }

    /// What the part adds to a machine.
    public var definition: MachineDefinition<State, Event> { MachineDefinition(.block(block)) }

    private func with(_ change: (inout Self) -> Void) -> Self {
        var copy = self
        change(&copy)
        return copy
    }

    /// Sends an event to the machine when it has been in the state for so long.
    ///
    /// Entering the state arms it, also entering it from itself; leaving the state cancels it, and a row that stays does
    /// neither. A state has any number of them, under different names of 1 to 1,024 bytes of UTF-8 other than
    /// `(opened)`. The delay is above zero, and the state needs a row for the event.
    public func timeout(
        _ name: String, after delay: Duration, send event: Event, fileID: String = #fileID, line: Int = #line
    ) -> From {
        timeout(StateTimeout(name, delay, .constant(event), SourcePlace(fileID: fileID, line: line)))
    }

    /// Sends an event that is made from the state when the machine has been in it for so long.
    ///
    /// It is made when the state is entered, and has to be of the case that stands beside it.
    public func timeout(
        _ name: String, after delay: Duration, send event: Event.CaseName, fileID: String = #fileID,
        line: Int = #line, _ make: @escaping @Sendable (State) -> Event
    ) -> From {
        timeout(StateTimeout(name, delay, .computed(event, make), SourcePlace(fileID: fileID, line: line)))
    }

    private func timeout(_ timeout: StateTimeout<State, Event>) -> From { with { $0.block.timeouts.append(timeout) } }

    /// Runs an action when one of the states was entered, also from itself, behind those that were said before.
    ///
    /// It runs once the transition is durable, and never when it is replayed. What it throws is told with the transition,
    /// which has happened. It runs once at most: a process that ends between the transition and the action leaves it undone,
    /// also that of the initial state, which is run by whoever opens an instance first. What must be done whatever ends is
    /// posted or produced instead.
    public func onEntry(_ action: @escaping StateAction<State>) -> From { with { $0.block.entries.append(action) } }

    /// Runs an action when one of the states was left, also to itself, behind those that were said before.
    ///
    /// It runs once the transition is durable, and never when it is replayed. What it throws is told with the transition,
    /// which has happened.
    public func onExit(_ action: @escaping StateAction<State>) -> From { with { $0.block.exits.append(action) } }

    /// Replaces the rows and the timeouts that stood before it for the same states and events.
    public func overriding() -> From { with { $0.block.isOverriding = true } }
}
