/// The states of a machine.
public protocol MachineState: MachineCases {}
