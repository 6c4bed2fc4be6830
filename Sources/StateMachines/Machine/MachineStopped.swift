/// An event came to an instance that has stopped; nothing happens.
public struct MachineStopped: Error, Hashable, CustomStringConvertible {
    /// The machine.
    public var machine: String
    /// Why it stopped.
    public var reason: String

    /// Describes a refusal.
    public init(machine: String, reason: String) {
        self.machine = machine
        self.reason = reason
    }

    /// A sentence with the reason.
    public var description: String { "\(machine) has stopped (\(reason)), and takes nothing more" }
}
