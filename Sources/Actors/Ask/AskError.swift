/// Why an ask got no answer.
public enum AskError: Error, Sendable, CustomStringConvertible {
    /// No answer came in time; whether the message was handled is not known.
    case timedOut(ActorPath, after: Duration)
    /// The actor has stopped, or stopped before it came to the message.
    case stopped(ActorPath)
    /// The actor refused the message or failed handling it.
    case rejected(any Error)
    /// Whether the message took effect can't be known now; the error says what to do.
    case outcomeUnknown(any Error)

    /// A sentence that says why, and by whom.
    public var description: String {
        switch self {
        case .timedOut(let path, let duration): "\(path) did not answer within \(duration)."
        case .stopped(let path): "\(path) has stopped and will not answer."
        case .rejected(let error): "The message was rejected: \(error)"
        case .outcomeUnknown(let error): "Whether the message took effect is unknown: \(error)"
        }
    }
}
