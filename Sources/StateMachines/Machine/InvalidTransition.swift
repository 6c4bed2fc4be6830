/// A state has no row for an event; nothing happens.
public struct InvalidTransition: Error, Hashable, CustomStringConvertible {
    /// The machine.
    public var machine: String
    /// The state's case.
    public var state: String
    /// The event's case.
    public var event: String
    /// The events that the state has rows for.
    public var possible: [String]

    /// Describes a refusal.
    public init(machine: String, state: String, event: String, possible: [String]) {
        self.machine = machine
        self.state = state
        self.event = event
        self.possible = possible
    }

    /// A sentence that names what would be possible.
    public var description: String {
        let possible = possible.isEmpty ? "nothing" : self.possible.joined(separator: ", ")
        return "\(machine) in \(state) takes no \(event); it takes \(possible)"
    }
}
