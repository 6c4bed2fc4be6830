public import EventSourcing

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
