/// The events of a machine.
public protocol MachineEvent: MachineCases {}
