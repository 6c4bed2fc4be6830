import Actors
public import EventSourcing
public import StateMachines

/// An instance of a machine behind one of its events.
public struct MachineView: Hashable, Sendable {
    /// The event behind which it is shown; lower than was asked for where the fold stopped.
    public var sequenceNumber: Int64
    /// The machine's table.
    public var outline: MachineOutline
    /// Where the instance is; nil where the fold has nothing to begin with.
    public var standing: MachineStanding?
    /// The event's own step, or where the instance is without one.
    public var trace: MachineTrace?
    /// What each event would do from there.
    public var prospects: [MachineProspect]
    /// The timeouts of its state, in the order of the table.
    public var timeouts: [MachineTimeoutView]
    /// The machine as a drawing, at full length and with short labels, with the state lit and the step marked; none for one
    /// that is larger than anybody would look at.
    public var drawings: [MachineDrawing]
    /// Why the fold stopped; nil where it did not.
    public var problem: StateView.Problem?

    /// Larger machines are not drawn: states, and rows with their events.
    static let mostDrawn = (states: 100, edges: 500)

    /// Describes an instance.
    public init(
        sequenceNumber: Int64, outline: MachineOutline, standing: MachineStanding? = nil, trace: MachineTrace? = nil,
        prospects: [MachineProspect] = [], timeouts: [MachineTimeoutView] = [], drawings: [MachineDrawing] = [],
        problem: StateView.Problem? = nil
    ) {
        self.sequenceNumber = sequenceNumber
        self.outline = outline
        self.standing = standing
        self.trace = trace
        self.prospects = prospects
        self.timeouts = timeouts
        self.drawings = drawings
        self.problem = problem
    }
}

/// A timeout of the state that an instance is in.
public struct MachineTimeoutView: Hashable, Sendable {
    /// What is known of its timer.
    public enum Timer: Hashable, Sendable {
        /// The store has it: when it fires, and how long that was off when it was looked at; not above zero where it is due.
        case armed(Timestamp, left: Duration)
        /// The store has none, so it never fires.
        case missing
        /// It is of the past: how long it had left when the event came, by the table; nil where nobody knows since when, and
        /// for an instance that has not begun.
        case past(left: Duration?)
    }

    /// What it is called.
    public var name: String
    /// What it sends.
    public var event: String
    /// How long the instance is in the state when it comes.
    public var delay: Duration
    /// What is known of its timer.
    public var timer: Timer

    /// Describes a timeout.
    public init(name: String, event: String, delay: Duration, timer: Timer) {
        self.name = name
        self.event = event
        self.delay = delay
        self.timer = timer
    }
}
