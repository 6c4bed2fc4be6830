/// A part of a definition as a value, to stand in several machines or within another one.
///
///     let cancelling = Fragment<OrderState, OrderEvent> {
///         From(.pending, .paid) { On(.cancel).goto(.cancelled) }
///     }
///
///     let orders = try Machine("Order", initial: .pending) {
///         cancelling
///         From(.pending) { On(.pay).goto(.paid) }
///     }
///
/// It means what its parts would mean if they stood in its place.
public struct Fragment<State: MachineState, Event: MachineEvent>: MachinePart {
    /// What the part adds to a machine.
    public let definition: MachineDefinition<State, Event>

    /// Takes parts together.
    public init(@MachineBuilder<State, Event> _ parts: () -> MachineDefinition<State, Event>) { definition = parts() }

    private init(_ definition: MachineDefinition<State, Event>) { self.definition = definition }

    /// A copy that replaces the rows and the timeouts that stood before it for the same states and events.
    public func overriding() -> Fragment { Fragment(MachineDefinition(.overriding(definition))) }
}
