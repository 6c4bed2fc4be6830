/// The actions of each state, in the order of the definition.
@usableFromInline
struct StateActions<State: MachineState>: Sendable {
    @usableFromInline var entries: [State.CaseName: [StateAction<State>]] = [:]
    @usableFromInline var exits: [State.CaseName: [StateAction<State>]] = [:]

    @usableFromInline var isEmpty: Bool { entries.isEmpty && exits.isEmpty }
}
