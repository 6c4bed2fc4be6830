/// What has become of a row that was handled.
public enum OutboxOutcome: Hashable, Sendable {
    /// It was handled now.
    case done
    /// It had been handled before, and nothing was done now.
    case alreadyExecuted
}
