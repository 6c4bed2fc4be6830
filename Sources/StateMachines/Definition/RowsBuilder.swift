/// Reads the rows of some states.
@resultBuilder
public enum RowsBuilder<State: MachineState, Event: MachineEvent> {
    /// Takes a row.
    public static func buildExpression(_ row: TransitionRow<State, Event>) -> [TransitionRow<State, Event>] { [row] }

    /// Says what a row lacks that leads nowhere.
    @available(*, unavailable, message: "say where the event leads: chain goto, stay or stop to it")
    public static func buildExpression(_ events: On<State, Event>) -> [TransitionRow<State, Event>] { [] }

    /// Takes rows in their order.
    public static func buildBlock(_ rows: [TransitionRow<State, Event>]...) -> [TransitionRow<State, Event>] {
        rows.flatMap(\.self)
    }

    /// Takes the rows of an `if`, or none.
    public static func buildOptional(_ rows: [TransitionRow<State, Event>]?) -> [TransitionRow<State, Event>] {
        rows ?? []
    }

    /// Takes the rows of an `if` that has an `else`.
    public static func buildEither(first rows: [TransitionRow<State, Event>]) -> [TransitionRow<State, Event>] { rows }

    /// Takes the rows of an `else`.
    public static func buildEither(second rows: [TransitionRow<State, Event>]) -> [TransitionRow<State, Event>] { rows }

    /// Takes the rows of a loop.
    public static func buildArray(_ rows: [[TransitionRow<State, Event>]]) -> [TransitionRow<State, Event>] {
        rows.flatMap(\.self)
    }
}
