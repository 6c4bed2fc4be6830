/// A table of transitions over the states and the events of one kind of entity.
///
///     let orders = try Machine<OrderState, OrderEvent>("Order", initial: .pending) {
///         From(.pending) {
///             On(.pay).goto(.paid, with: \.payment) { _, payment in .paid(payment) }
///             On(.paymentTimedOut).goto(.cancelled)
///         }
///         .timeout("payment", after: .seconds(1_800), send: .paymentTimedOut)
///         From(.paid) { On(.ship).goto(.shipped) }
///         From(.pending, .paid) { On(.cancel).goto(.cancelled) }
///         Final(.shipped, .cancelled)
///     }
///
/// It is a value and never changes: `decide(_:in:)` says what an event does, and does nothing.
public struct Machine<State: MachineState, Event: MachineEvent>: Sendable {
    /// The kind of entity, for instance `Order`.
    public let name: String
    /// The state that every instance begins in.
    public let initial: State
    /// The whole table as plain data.
    public let outline: MachineOutline
    /// The warnings and the notes about the definition.
    public let findings: [MachineFinding]

    @usableFromInline let actions: StateActions<State>
    @usableFromInline let rows: [TransitionRow<State, Event>]
    /// The rows of each state and event, in the order in which they are tried.
    @usableFromInline let table: CaseTable<State.CaseName, CaseTable<Event.CaseName, [Int]>>
    @usableFromInline let timeouts: CaseTable<State.CaseName, [StateTimeout<State, Event>]>

    /// Reads a definition.
    ///
    /// Throws `MachineDefinitionError` for one with errors, such as two rows for the same state and event.
    public init(
        _ name: String, initial: State, @MachineBuilder<State, Event> _ parts: () -> MachineDefinition<State, Event>
    ) throws(MachineDefinitionError) where State.CaseName: CaseIterable, Event.CaseName: CaseIterable {
        try self.init(
            name, states: Array(State.CaseName.allCases), events: Array(Event.CaseName.allCases), initial: initial,
            parts())
    }

    /// Reads a definition whose cases are known only when the program runs.
    ///
    /// Throws `MachineDefinitionError` for one with errors.
    ///
    /// - Parameters:
    ///   - name: the kind of entity.
    ///   - states: all cases of the states, in their order.
    ///   - events: all cases of the events, in their order.
    ///   - initial: the state that every instance begins in; its case is one of the states'.
    ///   - definition: the rows and the timeouts, which name no other cases.
    package init(
        _ name: String, states: [State.CaseName], events: [Event.CaseName], initial: State,
        _ definition: MachineDefinition<State, Event>
    ) throws(MachineDefinitionError) {
        let build = OutlineBuild(name, states: states, events: events, initial: initial, definition)
        if build.findings.contains(where: { $0.severity == .error }) {
            throw MachineDefinitionError(machine: name, findings: build.findings)
        }
        self.name = name
        self.initial = initial
        outline = build.outline
        findings = build.findings
        rows = build.rows
        actions = build.actions
        var table: [State.CaseName: [Event.CaseName: [Int]]] = [:]
        for edge in outline.edges {
            guard let state = State.CaseName(rawValue: edge.state), let event = Event.CaseName(rawValue: edge.event)
            else { continue }
            table[state, default: [:]][event, default: []].append(edge.row - 1)
        }
        self.table = CaseTable(table.mapValues { CaseTable($0) })
        var timeouts: [State.CaseName: [StateTimeout<State, Event>]] = [:]
        for (state, standing) in build.timeouts {
            if let state = State.CaseName(rawValue: state) { timeouts[state] = standing }
        }
        self.timeouts = CaseTable(timeouts)
    }
}
