/// A message that nobody handled, and why.
public struct DeadLetter: Sendable, CustomStringConvertible {
    /// When it was given up, by the system's clock.
    public let time: Timestamp
    /// Whom it was for.
    public let recipient: ActorPath
    /// Who sent it, if it was told with `from:`.
    public let sender: ActorPath?
    /// Why nobody handled it.
    public let reason: DeadLetterReason
    /// The message itself.
    public let message: any Sendable

    /// The name of the message's type.
    public var messageType: String { String(describing: type(of: message)) }

    /// A sentence without the message's content.
    public var description: String {
        "A message of type \(messageType) for \(recipient)\(sender.map { " from \($0)" } ?? "") was not handled: \(reason)."
    }
}

/// Why a message became a dead letter.
public enum DeadLetterReason: Sendable, Equatable, CustomStringConvertible {
    /// The recipient has stopped, or stopped before it came to the message.
    case recipientStopped
    /// The recipient could not start; the sentence says why.
    case recipientFailedToStart(String)
    /// The recipient's behavior has no use for the message.
    case unhandled
    /// The recipient wanted to stash it, and the stash was full.
    case stashOverflow(capacity: Int)
    /// The recipient's mailbox held as many messages as it may.
    case mailboxOverflow(capacity: Int)
    /// An answer to an ask whose deadline had passed.
    case replyTooLate
    /// A second answer to an ask, or an answer after the runtime had failed it.
    case alreadyAnswered
    /// A reason of the application's own, as a clause without a full stop.
    case other(String)

    public var description: String {
        switch self {
        case .recipientStopped: "the recipient has stopped"
        case .recipientFailedToStart(let cause): "the recipient failed to start: \(cause)"
        case .unhandled: "the recipient does not handle it"
        case .stashOverflow(let capacity): "the recipient's stash is full (\(capacity) messages)"
        case .mailboxOverflow(let capacity): "the recipient's mailbox is full (\(capacity) messages)"
        case .replyTooLate: "the answer came after the ask's deadline"
        case .alreadyAnswered: "the ask had been answered before"
        case .other(let reason): reason
        }
    }
}
