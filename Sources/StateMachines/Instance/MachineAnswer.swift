/// What an instance answers to an event.
public enum MachineAnswer<State: MachineState>: Sendable {
    /// It was taken, and is durable.
    case taken(Transition<State>)
    /// It was refused, and nothing has happened.
    case refused(any Error)
}
