public import EventSourcing

/// What is stored of an instance's life: an event that was taken, and where it led then.
public struct MachineTransition<State: MachineState, Event: MachineEvent>: Equatable, Sendable {
    /// What came.
    public var event: Event
    /// Where it led.
    public var target: MachineTarget<State>

    /// What stands beside it where timeouts are kept in memory; nil otherwise.
    @usableFromInline var mark: TimeoutMark?

    /// Describes a transition.
    @inlinable
    public init(event: Event, target: MachineTarget<State>) {
        self.event = event
        self.target = target
    }

    @inlinable
    init(event: Event, target: MachineTarget<State>, mark: TimeoutMark?) {
        self.init(event: event, target: target)
        self.mark = mark
    }
}

extension MachineTransition {
    /// Whether both are the same event that led to the same place, whenever that was.
    public static func == (left: Self, right: Self) -> Bool {
        left.event == right.event && left.target == right.target
    }
}

/// What the events of an instance fold to.
public struct MachineInstance<State: MachineState>: Sendable {
    /// The state that it is in, or was in when it stopped.
    public var current: State
    /// Why it stopped, for good; nil for one that has not.
    public var stopReason: String?
    /// Where in its history it is; nil where that is not known.
    @usableFromInline var place: InstancePlace? = InstancePlace()
    /// What is known of the time in the present state, where its timeouts are kept in memory.
    @usableFromInline var stay: StateStay?

    /// Describes an instance.
    public init(current: State, stopReason: String? = nil) {
        self.current = current
        self.stopReason = stopReason
    }
}

extension MachineInstance: Equatable {
    /// Whether both are in the same state, however they came to it.
    public static func == (left: Self, right: Self) -> Bool {
        left.current == right.current && left.stopReason == right.stopReason
    }
}

/// What an instance is told.
public enum MachineCommand<State: MachineState, Event: MachineEvent>: Sendable {
    /// An event comes; the answer goes to whoever waits for it.
    ///
    /// Where nobody does, one that is refused is a dead letter, and supervision decides about an action that fails.
    case send(Event, replyTo: ActorRef<MachineAnswer<State>>? = nil)
    /// The time of one of its timers has come, which is claimed by whoever waits for the answer.
    case fire(StoredTimer, replyTo: ActorRef<MachineFiring>)
    /// A timeout in memory has come to its end; the instance tells it to itself.
    case elapse(ElapsedTimeout)
    /// An event comes by the outbox, whose row is claimed by whoever waits for the answer.
    case take(OutboxEntry, replyTo: ActorRef<MachineDelivery>)
    /// Somebody asks where it is.
    case read(replyTo: ActorRef<MachineInstance<State>>)
    /// It takes a snapshot, whenever it would have taken one.
    case snapshot
}

/// What an instance answers to an event.
public enum MachineAnswer<State: MachineState>: Sendable {
    /// It was taken, and is durable.
    case taken(Transition<State>)
    /// It was refused, and nothing has happened.
    case refused(any Error)
}

/// What an event did to an instance.
public struct Transition<State: MachineState>: Sendable {
    /// What became of the state.
    public enum Outcome: Equatable, Sendable {
        case moved(from: State, to: State)
        case stayed(in: State)
        case stopped(reason: String)
    }

    /// What became of the state; it is durable, whatever failed behind it.
    public let outcome: Outcome
    /// The event's number in its stream.
    public let sequenceNumber: Int64
    /// What failed of the actions behind it and of what it was to produce.
    public let effectsFailed: [any Error]

    @inlinable
    init(outcome: Outcome, sequenceNumber: Int64, effectsFailed: [any Error]) {
        self.outcome = outcome
        self.sequenceNumber = sequenceNumber
        self.effectsFailed = effectsFailed
    }
}

/// The event of a history has no row in the table of today; what was recorded can't be taken for granted.
public struct EventReplayError: Error, Hashable, CustomStringConvertible {
    /// The case of the state in which the event came.
    public var state: String
    /// The event's case.
    public var event: String

    /// Describes a failure.
    public init(state: String, event: String) {
        self.state = state
        self.event = event
    }

    /// A sentence that says what would help.
    public var description: String {
        "the table has no row for \(event) in \(state), which has happened; keep the row, or let recovery skip what does not fold"
    }
}
