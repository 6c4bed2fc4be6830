/// What senders and the cell share, guarded by the cell's lock.
struct Mailbox {
    /// Messages in the order they arrived in; the cell takes them all at once.
    var incoming: [Envelope] = []
    /// The runtime's own messages, which go before all others.
    var system: [SystemMessage] = []
    /// Who wants to know that the actor has stopped.
    var watchers: [Cell] = []
    /// True from the moment the cell is given to the scheduler until it finds nothing more to do.
    var isScheduled = false
    /// True once the actor has stopped: what comes now is a dead letter.
    var isClosed = false
}

/// The runtime's own messages to a cell.
enum SystemMessage: Sendable {
    case start
    case stop
    case restart
    case suspend
    case resume
    case childStopped(Cell, escalating: (any Error)?)
    case receiveTimeoutDue(generation: Int)
    case backOffElapsed(generation: Int)
    case signal(any Signal)
}
