/// What may stand in the definition of a machine.
public protocol MachinePart<State, Event>: Sendable {
    /// The machine's states.
    associatedtype State: MachineState
    /// The machine's events.
    associatedtype Event: MachineEvent

    /// What the part adds to a machine.
    var definition: MachineDefinition<State, Event> { get }
}

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
