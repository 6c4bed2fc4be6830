/// The event of a history has no row in the table of today; what was recorded can't be taken for granted.
public struct EventReplayError: Error, Hashable, CustomStringConvertible {
    /// The case of the state in which the event came.
    public var state: String
    /// The event's case.
    public var event: String

    /// Describes a failure.
    public init(state: String, event: String) {
        self.state = state
        self.event = event
    }

    /// A sentence that says what would help.
    public var description: String {
        "the table has no row for \(event) in \(state), which has happened; keep the row, or let recovery skip what does not fold"
    }
}
