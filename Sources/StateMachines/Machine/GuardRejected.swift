/// A state has rows for an event, and no row's condition holds; nothing happens.
public struct GuardRejected: Error, Hashable, CustomStringConvertible {
    /// The machine.
    public var machine: String
    /// The state's case.
    public var state: String
    /// The event's case.
    public var event: String
    /// The conditions that were tried, as far as they have words.
    public var conditions: [String]

    /// Describes a refusal.
    public init(machine: String, state: String, event: String, conditions: [String]) {
        self.machine = machine
        self.state = state
        self.event = event
        self.conditions = conditions
    }

    /// A sentence with the conditions.
    public var description: String {
        let words = conditions.isEmpty ? "" : ": \(conditions.joined(separator: "; "))"
        return "\(machine) in \(state) takes no such \(event), for no condition holds\(words)"
    }
}
