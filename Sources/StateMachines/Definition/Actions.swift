/// What is run when a state was entered or left.
public typealias StateAction<State: MachineState> = @Sendable (ActionContext, State) async throws -> Void

/// What is run when a row was taken.
public typealias RowAction<State: MachineState, Event: MachineEvent> =
    @Sendable (ActionContext, Event, State) async throws -> Void
