/// What senders and the cell share, guarded by the cell's lock.
struct Mailbox {
    /// Messages in the order they arrived in; the cell takes them all at once.
    var incoming: [Envelope] = []
    /// The runtime's own messages, which go before all others.
    var system: [SystemMessage] = []
    /// Who wants to know that the actor has stopped.
    var watchers: [Watcher] = []
    /// True from the moment the cell is given to the scheduler until it finds nothing more to do.
    var isScheduled = false
    /// True once the actor has stopped: what comes now is a dead letter.
    var isClosed = false
}

/// Who is told when an actor stops, and by which address it knows that actor.
struct Watcher: Sendable {
    let cell: Cell
    let watched: Recipient

    func tell() { cell.enqueue(.terminated(AnyActorRef(recipient: watched))) }
}

/// The runtime's own messages to a cell.
enum SystemMessage: Sendable {
    case start
    case stop
    case restart
    /// A sibling failed, and all are restarted for it.
    case restartWithSibling(cause: any Error, after: Duration?)
    /// A sibling failed, and all are stopped for it.
    case stopWithSibling
    case suspend
    case resume
    case childStopped(Cell, escalating: (any Error)?)
    case receiveTimeoutDue(generation: Int)
    case backOffElapsed(generation: Int)
    case signal(any Signal)
    case terminated(AnyActorRef)
    /// A child has the actor do something in its own turn.
    case turn(@Sendable () async -> Void)
}
