/// What becomes of a timer of an instance.
public enum MachineTimer<Event: MachineEvent>: Equatable, Sendable {
    /// It is armed, or armed anew, and sends an event when its time has come.
    case arm(_ name: String, after: Duration, send: Event)
    /// It is disarmed.
    case cancel(_ name: String)

    /// What the timer is called among those of its state.
    public var name: String {
        switch self {
        case .arm(let name, _, _), .cancel(let name): name
        }
    }
}
