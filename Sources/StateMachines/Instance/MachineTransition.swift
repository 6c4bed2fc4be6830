import EventSourcing

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
