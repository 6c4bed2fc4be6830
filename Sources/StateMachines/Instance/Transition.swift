/// What an event did to an instance.
public struct Transition<State: MachineState>: Sendable {
    /// What became of the state.
    public enum Outcome: Equatable, Sendable {
        case moved(from: State, to: State)
        case stayed(in: State)
        case stopped(reason: String)
    }

    /// What became of the state; it is durable, whatever failed behind it.
    public let outcome: Outcome
    /// The event's number in its stream.
    public let sequenceNumber: Int64
    /// What failed of the actions behind it and of what it was to produce.
    public let effectsFailed: [any Error]

    @inlinable
    init(outcome: Outcome, sequenceNumber: Int64, effectsFailed: [any Error]) {
        self.outcome = outcome
        self.sequenceNumber = sequenceNumber
        self.effectsFailed = effectsFailed
    }
}
