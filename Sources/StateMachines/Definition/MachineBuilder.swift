/// Reads the parts of a definition.
@resultBuilder
public enum MachineBuilder<State: MachineState, Event: MachineEvent> {
    /// Takes a part.
    public static func buildExpression<Part: MachinePart>(_ part: Part) -> MachineDefinition<State, Event>
    where Part.State == State, Part.Event == Event {
        part.definition
    }

    /// Takes parts in their order.
    public static func buildBlock(_ parts: MachineDefinition<State, Event>...) -> MachineDefinition<State, Event> {
        MachineDefinition(parts)
    }

    /// Takes the parts of an `if`, or none.
    public static func buildOptional(_ part: MachineDefinition<State, Event>?) -> MachineDefinition<State, Event> {
        part ?? MachineDefinition([])
    }

    /// Takes the parts of an `if` that has an `else`.
    public static func buildEither(first part: MachineDefinition<State, Event>) -> MachineDefinition<State, Event> {
        part
    }

    /// Takes the parts of an `else`.
    public static func buildEither(second part: MachineDefinition<State, Event>) -> MachineDefinition<State, Event> {
        part
    }

    /// Takes the parts of a loop.
    public static func buildArray(_ parts: [MachineDefinition<State, Event>]) -> MachineDefinition<State, Event> {
        MachineDefinition(parts)
    }
}
