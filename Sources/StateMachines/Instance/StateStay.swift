import EventSourcing

/// What an instance whose timeouts are in memory knows of its time in the present state.
///
/// An object, as is a mark, because those whose timeouts are rows have none.
@usableFromInline
final class StateStay: Sendable {
    /// When the state was entered; nil where no event has said so.
    let since: Timestamp?
    /// The timeouts whose event was taken meanwhile, and which did not lead away.
    let elapsed: [String]

    init(since: Timestamp?, elapsed: [String]) {
        self.since = since
        self.elapsed = elapsed
    }
}
