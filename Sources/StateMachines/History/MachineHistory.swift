/// What happened to one instance: the state that it begins with, and every event that was taken since, with its target.
public struct MachineHistory<State: MachineState, Event: MachineEvent>: Equatable, Sendable {
    /// An event that was taken.
    public struct Record: Equatable, Sendable {
        /// The event's number in its stream.
        public var sequenceNumber: Int64
        /// What came.
        public var event: Event
        /// Where it led, then.
        public var target: MachineTarget<State>
    }

    /// The state before the first event.
    public let start: State
    /// The events in their order.
    public private(set) var records: [Record] = []
    /// The state behind the last event.
    public private(set) var current: State
    /// Why the instance stopped; nil for one that has not.
    public private(set) var stopReason: String?
    /// The number behind which it begins; 0 for one that begins with the machine.
    public let startNumber: Int64

    /// Begins a history: with the initial state, or with a state that holds the events up to a number.
    ///
    /// - Parameters:
    ///   - start: the state.
    ///   - number: the number of the last event that is in it.
    ///   - stopReason: why the instance had stopped by then; nil where it had not.
    public init(startingIn start: State, at number: Int64 = 0, stopReason: String? = nil) {
        self.start = start
        self.stopReason = stopReason
        current = start
        startNumber = number
    }

    /// Whether nothing has happened.
    public var isEmpty: Bool { records.isEmpty }

    /// The number of the last event, or the one behind which the history begins.
    public var sequenceNumber: Int64 { records.last?.sequenceNumber ?? startNumber }

    /// Adds an event that was taken, under the next number.
    public mutating func append(_ event: Event, _ target: MachineTarget<State>) {
        append(event, target, as: sequenceNumber + 1)
    }

    mutating func append(_ event: Event, _ target: MachineTarget<State>, as number: Int64) {
        records.append(Record(sequenceNumber: number, event: event, target: target))
        switch target {
        case .goto(let state): current = state
        case .stay: break
        case .stop(let reason): stopReason = reason
        }
    }

    /// The states that were left, the last one first.
    public var past: [State] {
        var (state, past) = (start, [State]())
        for record in records {
            guard case .goto(let next) = record.target else { continue }
            past.append(state)
            state = next
        }
        return past.reversed()
    }

    /// The cases of the states that the instance has been in, each once, in the order of the first time.
    public var visited: [State.CaseName] {
        var states = [start.name]
        for case .goto(let state) in records.map(\.target) { states.append(state.name) }
        return states.withoutRepetitions()
    }
}

extension Machine {
    /// What the machine makes of events that come one after the other, without anything being done.
    ///
    /// Throws what `decide(_:in:)` throws for the first event that is refused, and `MachineStopped` for one that comes after
    /// the end.
    public func history(
        of events: Event..., startingIn start: State? = nil
    ) throws -> MachineHistory<State, Event> {
        try history(of: events, startingIn: start)
    }

    /// What the machine makes of events that come one after the other, without anything being done.
    ///
    /// Throws what `decide(_:in:)` throws for the first event that is refused, and `MachineStopped` for one that comes after
    /// the end.
    public func history(
        of events: [Event], startingIn start: State? = nil
    ) throws -> MachineHistory<State, Event> {
        var history = MachineHistory<State, Event>(startingIn: start ?? initial)
        for event in events {
            if let reason = history.stopReason { throw MachineStopped(machine: name, reason: reason) }
            history.append(event, try decide(event, in: history.current).target)
        }
        return history
    }
}
