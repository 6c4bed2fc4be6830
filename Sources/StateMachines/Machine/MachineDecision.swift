public import EventSourcing

/// Where an event leads.
public enum MachineTarget<State: MachineState>: Equatable, Sendable {
    /// To a state, which is entered, also where it is the present one.
    case goto(State)
    /// Nowhere: nothing is left and nothing is entered.
    case stay
    /// To the end of the instance, for a reason.
    case stop(String)
}

/// What an event does to an instance; nothing of it is done yet.
public struct MachineDecision<State: MachineState, Event: MachineEvent>: Sendable {
    /// The number of the row that takes the event.
    public let row: Int
    /// Where it leads.
    public let target: MachineTarget<State>
    /// What becomes of the instance's timers, in this order; each name stands here once.
    public let timers: [MachineTimer<Event>]
    /// The events that it produces for the machine itself, in their order.
    public let produced: [Event]
    /// The rows of the outbox that it posts, to other machines or to handlers, in their order.
    public let posted: [NewOutboxEntry]
    /// Why something of it was not produced or posted.
    public let failures: [any Error]

    @inlinable
    init(
        row: Int, target: MachineTarget<State>, timers: [MachineTimer<Event>], producing made: ProducedByRow<Event>?
    ) {
        self.row = row
        self.target = target
        self.timers = timers
        produced = made?.events ?? []
        posted = made?.entries ?? []
        failures = made?.failures ?? []
    }
}

/// What a row produces and posts, and why some of it was not.
@usableFromInline
struct ProducedByRow<Event: MachineEvent> {
    @usableFromInline var events: [Event] = []
    @usableFromInline var entries: [NewOutboxEntry] = []
    @usableFromInline var failures: [any Error] = []
}

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
