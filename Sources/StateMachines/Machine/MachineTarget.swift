/// Where an event leads.
public enum MachineTarget<State: MachineState>: Equatable, Sendable {
    /// To a state, which is entered, also where it is the present one.
    case goto(State)
    /// Nowhere: nothing is left and nothing is entered.
    case stay
    /// To the end of the instance, for a reason.
    case stop(String)
}
