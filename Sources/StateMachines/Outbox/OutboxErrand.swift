import Actors
import EventSourcing

/// What the delivery of one row has beside the row.
struct OutboxErrand {
    /// What the row's event is sent with: the chain, and the id that makes it known when it comes twice.
    let command: Metadata
    /// How long to wait.
    let timeout: Duration
    let context: ActorContext<OutboxCarrier.Go>
    /// Whether a handler is at work.
    let handling: OutboxHandling
    let isStopping: @Sendable () -> Bool

    /// The chain alone, for what a handler sends.
    var chain: Metadata { Metadata(correlationID: command.correlationID, causationID: command.commandID) }

    func outcome(of error: AskError) throws(ConcurrentModificationError) -> ErrandOutcome {
        switch error {
        case .rejected(is RepeatedCommandError): return .alreadyExecuted
        case .rejected(let conflict as ConcurrentModificationError): throw conflict
        case .stopped where isStopping(): return .givenBack
        // Whether it was handled shows when it comes again.
        case .timedOut, .outcomeUnknown, .stopped, .rejected: return .failed(error.cause)
        }
    }
}
