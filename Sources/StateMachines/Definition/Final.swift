/// States that are meant to have no way out, so that nobody takes them for a mistake.
public struct Final<State: MachineState, Event: MachineEvent>: MachinePart {
    private let states: [State.CaseName]

    /// One state, or several.
    public init(_ first: State.CaseName, _ others: State.CaseName...) { states = [first] + others }

    /// All states of a group.
    public init(allOf group: CaseGroup<State.CaseName>) { states = group.cases }

    /// What the part adds to a machine.
    public var definition: MachineDefinition<State, Event> { MachineDefinition(.final(states)) }
}
