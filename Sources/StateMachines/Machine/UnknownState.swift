/// A history leads to a state that the machine does not have any more.
public struct UnknownState: Error, Hashable, CustomStringConvertible {
    /// The state, as it is stored.
    public var state: String

    /// Describes a failure.
    public init(state: String) { self.state = state }

    /// A sentence that says what would help.
    public var description: String {
        "the machine has no state \(state), to which this has led; keep the state, or let recovery skip what it can't read"
    }
}
