import EventSourcing

/// What the events of an instance fold to.
public struct MachineInstance<State: MachineState>: Sendable {
    /// The state that it is in, or was in when it stopped.
    public var current: State
    /// Why it stopped, for good; nil for one that has not.
    public var stopReason: String?
    /// Where in its history it is; nil where that is not known.
    @usableFromInline var place: InstancePlace? = InstancePlace()
    /// What is known of the time in the present state, where its timeouts are kept in memory.
    @usableFromInline var stay: StateStay?

    /// Describes an instance.
    public init(current: State, stopReason: String? = nil) {
        self.current = current
        self.stopReason = stopReason
    }
}

extension MachineInstance: Equatable {
    /// Whether both are in the same state, however they came to it.
    public static func == (left: Self, right: Self) -> Bool {
        left.current == right.current && left.stopReason == right.stopReason
    }
}
