import EventSourcing

/// What stands beside a transition for timeouts in memory.
@usableFromInline
final class TimeoutMark: Sendable {
    /// When the state that it led to was entered, where that has timeouts.
    let since: Timestamp?
    /// The timeout whose event it is.
    let timeout: String?

    init(since: Timestamp?, timeout: String?) {
        self.since = since
        self.timeout = timeout
    }
}
