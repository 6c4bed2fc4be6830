public import EventSourcing

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
