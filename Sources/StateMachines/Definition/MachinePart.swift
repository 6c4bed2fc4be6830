/// What may stand in the definition of a machine.
public protocol MachinePart<State, Event>: Sendable {
    /// The machine's states.
    associatedtype State: MachineState
    /// The machine's events.
    associatedtype Event: MachineEvent

    /// What the part adds to a machine.
    var definition: MachineDefinition<State, Event> { get }
}
