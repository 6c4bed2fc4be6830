/// What the parts of a machine say, in their order.
public struct MachineDefinition<State: MachineState, Event: MachineEvent>: Sendable {
    indirect enum Item: Sendable {
        case block(Block)
        case final([State.CaseName])
        /// Parts that replace, as a whole, what stood before them.
        case overriding(MachineDefinition)
    }

    /// Rows and timeouts of the same states.
    struct Block: Sendable {
        var states: [State.CaseName]
        var group: String?
        var rows: [TransitionRow<State, Event>]
        var timeouts: [StateTimeout<State, Event>] = []
        var entries: [StateAction<State>] = []
        var exits: [StateAction<State>] = []
        var isOverriding = false
        var place: SourcePlace
    }

    let items: [Item]

    init(_ item: Item) { items = [item] }

    /// Takes parts in their order.
    package init(_ parts: [MachineDefinition]) { items = parts.flatMap(\.items) }
}
