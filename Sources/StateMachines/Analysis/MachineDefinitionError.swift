/// A machine was not built; it holds all that was found, warnings and notes too.
public struct MachineDefinitionError: Error, Hashable, CustomStringConvertible {
    /// The machine's name.
    public var machine: String
    /// What was found, in the order of severity.
    public var findings: [MachineFinding]

    /// The errors, one a line.
    public var description: String {
        let errors = findings.filter { $0.severity == .error }
        return (["the machine \(machine) can't be built:"] + errors.map(\.description)).joined(separator: "\n")
    }
}
