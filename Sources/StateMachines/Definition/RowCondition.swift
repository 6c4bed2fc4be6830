/// When a row is taken.
@usableFromInline
struct RowCondition<State: MachineState, Event: MachineEvent>: Sendable {
    let label: String?
    @usableFromInline let holds: @Sendable (State, Event) -> Bool

    /// A condition, and one that must hold before it.
    init(_ label: String?, _ condition: @escaping @Sendable (State, Event) -> Bool, behind first: RowCondition?) {
        guard let first else {
            self.label = label
            holds = condition
            return
        }
        let labels = [first.label, label].compactMap(\.self)
        self.label = labels.isEmpty ? nil : labels.joined(separator: " and ")
        holds = { state, event in first.holds(state, event) && condition(state, event) }
    }
}
